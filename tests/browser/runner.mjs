// The headless runner, for tests that hold the page against it.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const execute = promisify(execFile);

/** Builds the headless runner, as the native tests do, and says where it is. */
export async function buildRunner() {
  const build = ['build', '--quiet', '--locked', '--bin', 'headless', '--message-format=json'];
  const { stdout } = await execute('cargo', build, { cwd: PROJECT, maxBuffer: 64 << 20 });
  const messages = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return messages.findLast(({ executable }) => executable).executable;
}

/** What the runner prints. */
export async function run(runner, words) {
  const { stdout } = await execute(runner, words, { maxBuffer: 64 << 20 });
  return stdout;
}
