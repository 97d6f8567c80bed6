import { prepareSample } from './sample-data.ts';

export default prepareSample;
