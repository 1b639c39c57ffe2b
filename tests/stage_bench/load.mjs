// Measures the first load as Lighthouse does, on a telephone that it throttles by its own model. Prints the rows of a table.
//
//   node tests/stage_bench/load.mjs --empty folder [--quick]
//
// `folder` has a page of the same library that says one word: the floor.
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
const empty = process.argv[process.argv.indexOf('--empty') + 1];
const lighthouse = fileURLToPath(new URL('node_modules/lighthouse/cli/index.js', import.meta.url));

const [ours, floor] = [await measured(dist), await measured(empty)];
const yes = (reached) => (reached ? 'yes' : 'no');
const line = (what, of, aim, reached) => row(what, of(ours), of(floor), aim, reached);
const seconds = (name) => (load) => `${(load.audit(name) / 1000).toFixed(2)} s`;
const whole = (load) => `${(load.audit('total-byte-weight') / 1024).toFixed(0)} KiB`;
const first = (load) => `${load.firstKib.toFixed(0)} KiB`;
row('first load', 'Netsplit', 'floor: a page that says one word', 'aim', 'reached');
row('---', '--:', '--:', '---', '---');
line('score for performance', (load) => load.score, `≥ ${SCORE_AT_LEAST}`, yes(ours.score >= SCORE_AT_LEAST));
line('bytes until the whole picture stood', first, `≤ ${KIB_AT_MOST} KiB`, yes(ours.firstKib <= KIB_AT_MOST));
line('bytes with all that came at rest', whole, '', '');
line('first picture', seconds('first-contentful-paint'), '', '');
line('largest picture', seconds('largest-contentful-paint'), '', '');
line('interactive', seconds('interactive'), '', '');
line('main thread blocked', seconds('total-blocking-time'), '', '');

/** The medians of several visits to the page in a folder. */
async function measured(folder) {
  const server = createServer((request, response) => answer(folder, request, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const runs = [];
    for (let round = 0; round < ROUNDS; round += 1) runs.push(await visit(server.address().port));
    const middle = (of) => runs.map(of).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
    return {
      score: Math.round(middle((run) => run.categories.performance.score) * 100),
      audit: (name) => middle((run) => run.audits[name].numericValue),
      firstKib: middle(firstKib),
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** What had come by the time that the largest picture was painted, as it was observed. */
function firstKib({ audits }) {
  const { observedLargestContentfulPaint: painted } = audits.metrics.details.items[0];
  const early = audits['network-requests'].details.items.filter((request) => request.networkEndTime <= painted);
  return early.reduce((sum, request) => sum + request.transferSize, 0) / 1024;
}

async function answer(folder, request, response) {
  const path = normalize(decodeURIComponent(request.url.split('?')[0]));
  try {
    const body = await readFile(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    const type = TYPES[extname(path) || '.html'] ?? 'text/plain';
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip', 'cache-control': 'max-age=600' });
    response.end(gzipSync(body));
  } catch {
    response.writeHead(404).end();
  }
}

/** What Lighthouse says of one visit. */
async function visit(port) {
  const url = `http://127.0.0.1:${port}/`;
  const flags = '--chrome-flags=--headless --no-sandbox --disable-gpu';
  const args = [lighthouse, url, '--quiet', '--output=json', '--only-categories=performance', flags];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    maxBuffer: 1 << 28,
    env: { CHROME_PATH: 'chromium', ...process.env },
  });
  return JSON.parse(stdout);
}
