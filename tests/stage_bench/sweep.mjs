// Measures a sweep in the page: how many runs a second its worker plays, and whether the stage keeps its frames meanwhile. Prints rows
// of a table.
//
//   node tests/stage_bench/sweep.mjs [--dist folder] [--quick]

import { openSite } from '../browser/page.mjs';
import { framesAndWork, row } from './measure.mjs';

const quick = process.argv.includes('--quick');
const RUNS = quick ? 200 : 10_000;
const SECONDS = quick ? 1 : 4;
/** Full: as without the sweep, but for what a frame more or less at the ends comes to. */
const SHARE_AT_LEAST = 0.97;

const at = process.argv.indexOf('--dist');
const site = await openSite(at < 0 ? {} : { folder: process.argv[at + 1] });
try {
  const { page } = await site.open('#/lab/partition', { context: { viewport: { width: 1440, height: 900 } } });
  await page.waitForTimeout(3000);
  await page.getByTestId('play').click();
  await page.waitForTimeout(1000);
  const alone = await framesAndWork(page, SECONDS);
  await page.locator('#tab-sweep').click();
  await page.locator('[data-sweep-field=runs] input').fill(String(RUNS));
  await page.keyboard.press('Enter');
  await page.locator('[data-sweep-go]').click();
  const began = performance.now();
  await page.waitForFunction(() => Number(document.querySelector('[data-sweep-done]')?.dataset.sweepDone) > 0);
  const meanwhile = await framesAndWork(page, SECONDS);
  await page.locator('[data-sweep-panel][data-under-way=false]').waitFor({ timeout: 1_800_000 });
  const took = (performance.now() - began) / 1000;
  row('runs in the page', 'seconds', 'runs a second', 'frames/s of the stage before', 'and meanwhile', 'aim', 'reached');
  row('--:', '--:', '--:', '--:', '--:', '---', '---');
  const isFull = meanwhile.frames >= SHARE_AT_LEAST * alone.frames;
  row(RUNS, took.toFixed(1), (RUNS / took).toFixed(0), alone.frames.toFixed(1), meanwhile.frames.toFixed(1), 'full frame rate', isFull ? 'yes' : 'no');
} finally {
  await site.close();
}
