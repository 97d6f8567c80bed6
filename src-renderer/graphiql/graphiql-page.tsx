import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { type FormEvent, useEffect, useState } from 'react';

/** The token stays with the tab, and is gone when it is closed. */
const storageKey = 'aurora-token';

const firstText = `# Aurora: queries, mutations and subscriptions over the collections of this database.
# The book at the left shows them all. Ctrl-Enter runs the operation at the cursor.
query {
  __typename
}
`;

type Entrance =
  | { readonly state: 'asking' }
  | { readonly state: 'closed'; readonly reason: string }
  | { readonly state: 'open'; readonly fetcher: Fetcher };

/** GraphiQL behind a question for a token, which is only asked where the server asks for one. */
export function GraphiqlPage() {
  const [token, setToken] = useState(() => sessionStorage.getItem(storageKey) ?? '');
  const [entrance, setEntrance] = useState<Entrance>({ state: 'asking' });
  useEffect(() => {
    let isCurrent = true;
    enter(token).then(
      (result) => isCurrent && setEntrance(result),
      (error: unknown) =>
        isCurrent &&
        setEntrance({ state: 'closed', reason: `The server does not answer: ${error}` }),
    );
    return () => {
      isCurrent = false;
    };
  }, [token]);
  const take = (given: string) => {
    sessionStorage.setItem(storageKey, given);
    setEntrance({ state: 'asking' });
    setToken(given);
  };
  if (entrance.state === 'asking') return null;
  if (entrance.state === 'closed') return <TokenForm reason={entrance.reason} onToken={take} />;
  return (
    <GraphiQL key={token} fetcher={entrance.fetcher} defaultQuery={firstText}>
      <GraphiQL.Logo>
        <a href="/reference">Aurora</a>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

function TokenForm(props: { readonly reason: string; readonly onToken: (token: string) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    props.onToken(String(new FormData(event.currentTarget).get('token') ?? '').trim());
  };
  return (
    <form className="token-form" onSubmit={submit}>
      <h1>GraphiQL</h1>
      <p>This server asks for a token: one of those that it was started with.</p>
      <label htmlFor="token">Token</label>
      <input id="token" name="token" type="password" autoComplete="off" spellCheck={false} />
      <button type="submit">Open</button>
      <p role="alert">{props.reason}</p>
    </form>
  );
}

/** Asks the server whether a token is good, and for which one it would open. */
async function enter(token: string): Promise<Entrance> {
  const headers: Record<string, string> = token === '' ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  if (response.status === 401) {
    return { state: 'closed', reason: token === '' ? '' : 'The token is not one of this server.' };
  }
  if (!response.ok) {
    return { state: 'closed', reason: `The server answers with ${response.status}.` };
  }
  const fetcher = createGraphiQLFetcher({
    url: '/graphql',
    headers,
    wsClient: createClient({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      connectionParams: headers,
    }),
  });
  return { state: 'open', fetcher };
}
