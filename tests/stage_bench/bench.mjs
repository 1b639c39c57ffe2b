// Measures the stage with 1,000 nodes, 2,000 links and 10,000 messages on their way, beside a layered canvas written by hand that
// draws the same nodes, links and number of messages in a pane of the same size, in the same browser.
//
//   node tests/stage_bench/bench.mjs [--dist folder] [--check]
//
// Ours is the whole page as a learner has it: it simulates every message as real bytes, refills the snapshot, and keeps time bar, log
// and inspector up to date. Hiding the panels leaves the stage. At an eighth of the speed the picture is as full and as new in every frame, and the simulating an eighth.
// The floor simulates nothing. `--check` ends with status 1 when the stage misses its aims.

import { fileURLToPath } from 'node:url';
import { openSite, serve } from '../browser/page.mjs';
import { typical, work } from './measure.mjs';

const SECONDS = 5;
const ROUNDS = 3;
const FRAMES_AT_LEAST = 55;
const RATIO_AT_MOST = 1.3;
const VIEWPORT = { width: 1440, height: 900 };

const here = fileURLToPath(new URL('.', import.meta.url));
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : (process.argv[at + 1] ?? '');
};
const folder = option('--dist');

const site = await openSite(folder ? { folder } : {});
const floor = await serve(here, '/');
try {
  const context = await site.browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  await page.goto(`${site.url}#/lab/stress`);
  await page.waitForFunction(() => document.querySelectorAll('[data-link]').length >= 2000);
  const scene = await page.evaluate(readScene);
  const other = await context.newPage();
  await other.goto(`${floor.url}floor.html`);
  await other.waitForFunction(() => 'startFloor' in globalThis);
  const runs = { full: [], slow: [], alone: [], rest: [], floor: [] };
  // In turns, so that whatever else the machine does falls on all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.bringToFront();
    await page.getByTestId('speed').selectOption('0');
    await page.getByTestId('play').click();
    await page.waitForTimeout(2500);
    runs.full.push(await measure(page));
    await page.getByTestId('speed').selectOption('-3');
    await page.waitForTimeout(500);
    runs.slow.push(await measure(page));
    // The log has nothing to list then; otherwise it would go on filling itself unseen.
    await page.getByTestId('log-topic').selectOption('faults');
    await page.evaluate(hidePanels, true);
    await page.waitForTimeout(500);
    runs.alone.push(await measure(page));
    await page.evaluate(hidePanels, false);
    await page.getByTestId('log-topic').selectOption('main');
    await page.getByTestId('play').click();
    await page.waitForTimeout(500);
    runs.rest.push(await measure(page, false));
    await other.bringToFront();
    await other.evaluate((scene) => globalThis.startFloor(scene), scene);
    await other.waitForTimeout(1000);
    runs.floor.push(await measure(other));
    await other.evaluate(() => globalThis.stopFloor());
  }
  print(scene, runs);
} finally {
  await floor.close();
  await site.close();
}

function print(scene, runs) {
  const floor = typical(runs.floor);
  const names = { full: 'stage, whole page, 1x', slow: 'stage, whole page, 1/8x', alone: 'stage, panels hidden', rest: 'stage at rest', floor: 'floor, by hand' };
  console.log(`${scene.nodes.length} nodes, ${scene.links.length} links, ${scene.packets} messages, pane ${scene.width} x ${scene.height}, median of ${ROUNDS} rounds`);
  console.log('                          frames/s   main thread, CPU ms/frame   script   x floor');
  for (const [key, name] of Object.entries(names)) {
    const { frames, task, script } = typical(runs[key]);
    const ratio = frames > 0 ? (task / floor.task).toFixed(2) : '-';
    console.log(`${name.padEnd(26)}${frames.toFixed(1).padStart(8)}${task.toFixed(2).padStart(28)}${script.toFixed(2).padStart(9)}${ratio.padStart(10)}`);
  }
  console.log('at rest: CPU ms in all, with no frame drawn');
  const good = typical(runs.full).frames >= FRAMES_AT_LEAST && typical(runs.alone).task <= RATIO_AT_MOST * floor.task;
  console.log(good ? 'aims met' : `aims missed: at least ${FRAMES_AT_LEAST} frames/s, and the stage alone at most ${RATIO_AT_MOST} times the floor`);
  if (!good && process.argv.includes('--check')) process.exitCode = 1;
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
    packets: 10_000,
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

/** What the page does while it moves, or while it stands still. */
function measure(page, moving = true) {
  const watch = () => (moving ? page.evaluate(countFrames, SECONDS) : page.waitForTimeout(SECONDS * 1000).then(() => 0));
  return work(page, SECONDS, watch);
}

function countFrames(seconds) {
  return new Promise((resolve) => {
    let count = 0;
    const end = performance.now() + seconds * 1000;
    const frame = (now) => {
      if (now >= end) return resolve(count);
      count += 1;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}
