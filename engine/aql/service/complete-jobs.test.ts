import { describe, expect, it } from 'vitest';
import { sampleCatalog } from '../testdata/sample-catalog.ts';
import { complete } from './complete.ts';

describe('completion of jobs', () => {
  const samples = {
    '_jobs.job_type': [
      { value: 'import_file', count: 7 },
      { value: 'mail', count: 2 },
    ],
    'enqueueJob.import_file.path': [{ value: 'a.csv', count: 3 }],
    'enqueueJob.import_file.options.header': [{ value: true, count: 3 }],
    'enqueueJob.mail.to': [],
  };
  const jobLabels = (marked: string) => {
    const catalog = { ...sampleCatalog, samples };
    const items = complete(marked.replace('|', ''), marked.indexOf('|'), catalog);
    return items.map(({ label }) => label);
  };

  it.each([
    ['mutation { enqueueJob(jobType: "|', ['import_file', 'mail']],
    ['mutation { enqueueJob(jobType: |', ['import_file', 'mail']],
    ['mutation { enqueueJob(jobType: "import_file", payload: { |', ['path', 'options']],
    ['mutation { enqueueJob(payload: { | }, jobType: "mail") { id } }', ['to']],
    ['mutation { enqueueJob(jobType: "import_file", payload: { path: "|', ['a.csv']],
    ['mutation { enqueueJob(jobType: "import_file", payload: { options: { |', ['header']],
    ['mutation { enqueueJob(jobType: "import_file", payload: { options: { header: |', ['true']],
    ['mutation { enqueueJobs(jobType: "mail", payloads: [{ |', ['to']],
    ['mutation { enqueueJob(jobType: "unknown", payload: { |', []],
    ['{ _jobs(where: { job_type: { eq: "|', ['import_file', 'mail']],
  ])('%s', (marked, expected) => {
    expect(jobLabels(marked)).toEqual(expected);
  });

  it('gives the fields of jobs after it', () => {
    expect(jobLabels('mutation { enqueueJob(jobType: "mail", payload: {}) { |')).toContain(
      'job_type',
    );
  });
});
