import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a command in the repository to its end and gives its exit code and what it printed. Its output is shown as it
 * comes; there is no standard input.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
      process.stderr.write(chunk);
    });
    child.on('error', (error) => {
      console.error(`Cannot run ${command}: ${error.message}`);
      resolve({ code: 127, output });
    });
    child.on('close', (code, signal) =>
      resolve({ code: signal === null ? (code ?? 1) : 1, output }),
    );
  });
}

/**
 * Runs a script of package.json with npm, the one that runs us when there is one.
 *
 * @param {string} script
 */
export function runScript(script) {
  const npm = process.env['npm_execpath'];
  if (npm?.endsWith('.js') && existsSync(npm)) {
    return runCommand(process.execPath, [npm, 'run', '--silent', script]);
  }
  return runCommand('npm', ['run', '--silent', script], { shell: process.platform === 'win32' });
}

/**
 * Runs the JavaScript entry of an installed tool on this Node, without npx and without a shell.
 *
 * @param {string} entry Path of the file below node_modules.
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export function runTool(entry, args, options = {}) {
  return runCommand(process.execPath, [join(root, 'node_modules', entry), ...args], options);
}
