#!/usr/bin/env node
import { runCommandLine } from './program.ts';
import { ProcessTerminal } from './terminal.ts';

const terminal = new ProcessTerminal({
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
});
// Only the first Ctrl+C asks; a second one finds no listener and ends the process.
process.once('SIGINT', () => terminal.interrupt());
process.once('SIGTERM', () => terminal.interrupt());
process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
