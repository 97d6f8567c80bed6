import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './graphiql-page.css';
import { GraphiqlPage } from './graphiql-page.tsx';

/* A page of its own, which the server gives at /graphiql: GraphiQL as it is published, over the server's own routes. */

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element "root"');
createRoot(root).render(<GraphiqlPage />);
