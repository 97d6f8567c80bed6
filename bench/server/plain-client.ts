/*
 * A connection that asks one request after the other, with as little work as that takes: on a machine with few cores
 * the client's part stands beside the server's in every figure, and that of `node:http` grows with each header.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface PlainClient {
  /** Resolves with the answer; to be asked again only then. @throws when the connection ends before */
  ask(asked: Asked): Promise<Answer>;
  close(): void;
}

/** @param headers Sent with every request. */
export async function connectPlain(
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<PlainClient> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
  await once(socket, 'connect');
  const lines = Object.entries({ Host: url.host, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const common = lines.join('');
  return {
    ask: ({ method, path, body }) => {
      const type =
        body === undefined
          ? ''
          : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
      const answer = nextAnswer(socket);
      socket.write(`${method} ${path} HTTP/1.1\r\n${common}${type}\r\n${body ?? ''}`);
      return answer;
    },
    close: () => socket.destroy(),
  };
}

/** The answers that are measured are short and say how long they are. */
function nextAnswer(socket: Socket): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const settle = (act: () => void) => {
      socket.off('data', take).off('close', ended).off('error', ended);
      act();
    };
    const ended = (error?: unknown) =>
      settle(() => reject(new Error('The connection ended within an answer.', { cause: error })));
    const take = (piece: Buffer) => {
      pieces.push(piece);
      const [first = piece] = pieces;
      const bytes = pieces.length === 1 ? first : Buffer.concat(pieces);
      const headEnd = bytes.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const head = bytes.toString('latin1', 0, headEnd);
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      if (length === undefined) {
        settle(() => reject(new Error(`The answer has no length:\n${head}`)));
        return;
      }
      const bodyStart = headEnd + 4;
      if (bytes.length < bodyStart + Number(length)) return;
      const text = bytes.toString('utf8', bodyStart, bodyStart + Number(length));
      settle(() => resolve({ status: Number(head.slice(9, 12)), text }));
    };
    socket.on('data', take).on('close', ended).on('error', ended);
  });
}
