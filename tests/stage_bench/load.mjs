// Measures the first load as Lighthouse does, on a telephone that it throttles by its own model. Prints the rows of a table.
//
//   node tests/stage_bench/load.mjs [--quick]
//
// The page is served compressed, as hosts do.

import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { row } from './measure.mjs';

const ROUNDS = process.argv.includes('--quick') ? 1 : 3;
const SCORE_AT_LEAST = 95;
const KIB_AT_MOST = 400;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' };

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const lighthouse = fileURLToPath(new URL('node_modules/lighthouse/cli/index.js', import.meta.url));

const server = createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(request.url.split('?')[0]));
  try {
    const body = await readFile(join(dist, path.endsWith('/') ? `${path}index.html` : path));
    const type = TYPES[extname(path) || '.html'] ?? 'text/plain';
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'cache-control': 'max-age=600' });
    response.end(gzipSync(body));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
try {
  const runs = [];
  for (let round = 0; round < ROUNDS; round += 1) runs.push(await visit());
  const middle = (of) => runs.map(of).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  const seconds = (name) => `${(middle((run) => run.audits[name].numericValue) / 1000).toFixed(2)} s`;
  const score = Math.round(middle((run) => run.categories.performance.score) * 100);
  const kib = middle((run) => run.audits['total-byte-weight'].numericValue) / 1024;
  const yes = (reached) => (reached ? 'yes' : 'no');
  row('first load', 'measured', 'aim', 'reached');
  row('---', '--:', '---', '---');
  row('score for performance', score, `≥ ${SCORE_AT_LEAST}`, yes(score >= SCORE_AT_LEAST));
  row('bytes that came', `${kib.toFixed(0)} KiB`, `≤ ${KIB_AT_MOST} KiB`, yes(kib <= KIB_AT_MOST));
  row('first picture', seconds('first-contentful-paint'), '', '');
  row('largest picture', seconds('largest-contentful-paint'), '', '');
  row('interactive', seconds('interactive'), '', '');
  row('main thread blocked', seconds('total-blocking-time'), '', '');
} finally {
  server.closeAllConnections();
  server.close();
}

/** What Lighthouse says of one visit. */
async function visit() {
  const url = `http://127.0.0.1:${server.address().port}/`;
  const flags = '--chrome-flags=--headless --no-sandbox --disable-gpu';
  const args = [lighthouse, url, '--quiet', '--output=json', '--only-categories=performance', flags];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    maxBuffer: 1 << 28,
    env: { CHROME_PATH: 'chromium', ...process.env },
  });
  return JSON.parse(stdout);
}
