// Measures the stage in three sizes, beside a layered canvas written by hand and beside libraries, each drawing the same nodes, links
// and number of messages in a pane of the same size, in the same browser. Prints the rows of a table.
//
//   node tests/stage_bench/bench.mjs [--dist folder] [--quick]
//
// Ours is the whole page as a learner has it: it simulates every message as real bytes, refills the snapshot, and keeps time bar, log
// and inspector up to date. Hiding the panels leaves the stage. The others simulate nothing.

import { fileURLToPath } from 'node:url';
import { openSite, serve } from '../browser/page.mjs';
import { framesAndWork, row, typical } from './measure.mjs';

const quick = process.argv.includes('--quick');
const SECONDS = quick ? 1 : 4;
const ROUNDS = quick ? 1 : 3;
const FRAMES_AT_LEAST = 55;
const RATIO_AT_MOST = 1.15;
const VIEWPORT = { width: 1440, height: 900 };

const SIZES = [
  { nodes: 50, links: 100, packets: 200 },
  { nodes: 200, links: 400, packets: 2_000 },
  { nodes: 1_000, links: 2_000, packets: 10_000 },
];

// Which scripts each library needs.
const RIVALS = {
  svg: [],
  cytoscape: ['cytoscape/dist/cytoscape.min.js'],
  vis: ['vis-network/standalone/umd/vis-network.min.js'],
  sigma: ['graphology/dist/graphology.umd.min.js', 'sigma/dist/sigma.min.js'],
  pixi: ['pixi.js/dist/pixi.min.js'],
};

const here = fileURLToPath(new URL('.', import.meta.url));
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};
const folder = option('--dist');

const site = await openSite(folder ? { folder } : {});
const others = await serve(here, '/');
try {
  row('scene', 'drawn by', 'frames/s', 'main thread, CPU ms a frame', 'of it script', '× floor', 'aim', 'reached');
  row('---', '---', '--:', '--:', '--:', '--:', '---', '---');
  for (const size of SIZES) await compare(size);
} finally {
  await others.close();
  await site.close();
}

/** One scene, drawn by all in turns, so that whatever else the machine does falls on all of them. */
async function compare(size) {
  const context = await site.browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(`${site.url}#/lab/stress`);
  await page.getByTestId('play').waitFor();
  await page.evaluate(dropRun, { netsplit_run: 1, scenario: 'stress', set: { nodes: `${size.nodes}`, links: `${size.links}` } });
  await page.waitForFunction((links) => document.querySelectorAll('[data-link]').length === links, size.links);
  const scene = { ...(await page.evaluate(readScene)), packets: size.packets };
  const runs = { page: [], stage: [], floor: [] };
  const failures = {};
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.bringToFront();
    await measureOurs(page, runs);
    runs.floor.push(await measureOther(context, 'floor', scene));
    for (const name of Object.keys(RIVALS)) {
      try {
        (runs[name] ??= []).push(await measureOther(context, name, scene));
      } catch (error) {
        failures[name] = error.message.split('\n')[0];
      }
    }
  }
  await context.close();
  print(size, runs, failures);
}

async function measureOurs(page, runs) {
  await page.getByTestId('play').click();
  await page.waitForTimeout(2500);
  runs.page.push(await framesAndWork(page, SECONDS));
  // The log has nothing to list then; otherwise it would go on filling itself unseen.
  await page.getByTestId('log-topic').selectOption('faults');
  await page.evaluate(hidePanels, true);
  await page.waitForTimeout(500);
  runs.stage.push(await framesAndWork(page, SECONDS));
  await page.evaluate(hidePanels, false);
  await page.getByTestId('log-topic').selectOption('main');
  await page.getByTestId('play').click();
}

/** Opens a run as a watcher does who drops its file on the page. */
function dropRun(run) {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([JSON.stringify(run)], 'run.json', { type: 'application/json' }));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}

/** The floor or a library, in a page of its own. */
async function measureOther(context, name, scene) {
  const page = await context.newPage();
  try {
    const isFloor = name === 'floor';
    await page.goto(others.url + (isFloor ? 'floor.html' : 'rival.html'));
    for (const script of RIVALS[name] ?? []) await page.addScriptTag({ path: `${here}node_modules/${script}` });
    await page.waitForFunction(() => 'startFloor' in globalThis || 'startRival' in globalThis);
    await page.evaluate(([name, scene]) => (name === 'floor' ? globalThis.startFloor(scene) : globalThis.startRival(name, scene)), [name, scene]);
    await page.waitForTimeout(1000);
    return await framesAndWork(page, SECONDS);
  } finally {
    await page.close();
  }
}

function print({ nodes, links, packets }, runs, failures) {
  const floor = typical(runs.floor);
  const name = `${nodes}/${links}/${packets}`;
  const names = { page: 'our whole page', stage: 'our stage, panels hidden', floor: 'floor: canvas by hand', svg: 'SVG elements', vis: 'vis-network', pixi: 'pixi.js' };
  for (const [key, measured] of Object.entries(runs)) {
    const who = names[key] ?? key;
    if (measured.length === 0) {
      row(name, who, `failed: ${failures[key]}`, '', '', '', '', '');
      continue;
    }
    const { frames, task, script } = typical(measured);
    const ratios = measured.map((run, round) => run.task / runs.floor[round]?.task).sort((a, b) => a - b);
    const spread = `${(task / floor.task).toFixed(2)} (${ratios[0].toFixed(2)}–${ratios.at(-1).toFixed(2)})`;
    const aims = {
      page: [`≥ ${FRAMES_AT_LEAST} frames/s`, frames >= FRAMES_AT_LEAST],
      stage: [`≤ ${RATIO_AT_MOST} × floor`, task <= RATIO_AT_MOST * floor.task],
    };
    const [aim, reached] = aims[key] ?? ['', undefined];
    row(name, who, frames.toFixed(1), task.toFixed(2), script.toFixed(2), spread, aim, reached === undefined ? '' : reached ? 'yes' : 'no');
  }
}

/** What the floor needs to draw the same: where the page's own controls lie, and how large nodes are. */
function readScene() {
  const stage = document.querySelector('.stage');
  const things = document.querySelector('.stage-things');
  const nodes = new Map();
  for (const button of document.querySelectorAll('[data-node]')) {
    const half = parseFloat(things.style.getPropertyValue('--node-size')) / 2;
    const [x, y] = [parseFloat(button.style.left) + half, parseFloat(button.style.top) + half];
    nodes.set(button.dataset.node, [nodes.size, [x, y]]);
  }
  const links = [...document.querySelectorAll('[data-link]')].map((button) =>
    button.dataset.link.split('-').map((name) => nodes.get(name)[0]),
  );
  const radius = (parseFloat(things.style.getPropertyValue('--node-size')) - 6) / 2;
  return {
    width: stage.clientWidth,
    height: stage.clientHeight,
    radius,
    weight: Math.max(radius / 26, 0.3),
    nodes: [...nodes.values()].map(([, place]) => place),
    links,
  };
}

/** Takes the panels away and leaves the stage at its size; they still follow the run, unseen. */
function hidePanels(hidden) {
  const stage = document.querySelector('.stage');
  const { clientWidth: width, clientHeight: height } = stage;
  stage.style.cssText = hidden ? `position: fixed; inset: 0 auto auto 0; width: ${width}px; height: ${height}px` : '';
  for (const panel of document.querySelectorAll('.log-pane, .inspector-pane, .time-pane, .text-pane')) {
    panel.style.display = hidden ? 'none' : '';
  }
}
