// Measures a lesson on a network of five nodes at rest and playing, beside an empty page. Prints the rows of a table.
//
//   node tests/stage_bench/rest.mjs [--dist folder] [--quick]

import { openSite } from '../browser/page.mjs';
import { framesAndWork, row, typical, work } from './measure.mjs';

const quick = process.argv.includes('--quick');
const SECONDS = quick ? 1 : 4;
const ROUNDS = quick ? 1 : 3;
const LESSON = '#/lesson/5/step/1';
const PLAYING_MS_AT_MOST = 2.5;

const at = process.argv.indexOf('--dist');
const site = await openSite(at < 0 ? {} : { folder: process.argv[at + 1] });
try {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
  // Every frame that the page asks for is counted.
  await context.addInitScript(() => {
    const ask = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.framesAsked = 0;
    globalThis.requestAnimationFrame = (draw) => {
      globalThis.framesAsked += 1;
      return ask(draw);
    };
  });
  const empty = await context.newPage();
  const page = await context.newPage();
  await page.goto(site.url + LESSON);
  await page.getByTestId('play').waitFor();
  await page.waitForTimeout(3000);
  const nodes = await page.locator('[data-node]').count();
  const runs = { rest: [], playing: [], empty: [] };
  let asked = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    await page.bringToFront();
    await page.waitForTimeout(500);
    const before = await page.evaluate(() => globalThis.framesAsked);
    runs.rest.push(await work(page, SECONDS, () => page.waitForTimeout(SECONDS * 1000).then(() => 0)));
    asked += (await page.evaluate(() => globalThis.framesAsked)) - before;
    await page.getByTestId('play').click();
    await page.waitForTimeout(500);
    runs.playing.push(await framesAndWork(page, SECONDS));
    await page.getByTestId('play').click();
    await empty.bringToFront();
    runs.empty.push(await framesAndWork(empty, SECONDS));
  }
  const [rest, playing, floor] = [runs.rest, runs.playing, runs.empty].map(typical);
  row('page', 'frames/s', 'main thread, CPU ms', 'of it script', 'aim', 'reached');
  row('---', '--:', '--:', '--:', '---', '---');
  const yes = (reached) => (reached ? 'yes' : 'no');
  row(`a lesson with ${nodes} nodes, at rest`, asked / SECONDS / ROUNDS, `${rest.task.toFixed(2)} in ${SECONDS} s`, rest.script.toFixed(2), '0 frames', yes(asked === 0));
  const good = playing.task <= PLAYING_MS_AT_MOST;
  row(`a lesson with ${nodes} nodes, playing`, playing.frames.toFixed(1), `${playing.task.toFixed(2)} a frame`, playing.script.toFixed(2), `≤ ${PLAYING_MS_AT_MOST} ms a frame`, yes(good));
  row('floor: an empty page that asks for frames', floor.frames.toFixed(1), `${floor.task.toFixed(2)} a frame`, floor.script.toFixed(2), '', '');
} finally {
  await site.close();
}
