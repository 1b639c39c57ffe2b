import { openSite } from './page.mjs';
import { STEPS, Learner, Mouse, stepsOf } from './learner.mjs';
const jobs = process.argv.slice(2);
const site = await openSite();
for (const job of jobs) {
  const [step, mode] = job.split(':');
  const [lesson] = step.split('/');
  const n = stepsOf(Number(lesson)).indexOf(step) + 1;
  const ctx = mode === 'dark' ? { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' } : mode === 'phone' ? { viewport: { width: 360, height: 740 }, hasTouch: true } : mode === 'proj' ? { viewport: { width: 1280, height: 720 } } : { viewport: { width: 1440, height: 900 }, colorScheme: 'light' };
  try {
    const { page, close } = await site.open(`#/lesson/${lesson}/step/${n}`, { context: ctx });
    const learner = new Learner(page, new Mouse(page));
    if (mode === 'phone') { await page.waitForTimeout(800); await page.getByTestId('play').click(); await page.waitForTimeout(2500); }
    else { await learner.hand.fastest(); await learner.solve(step); }
    await page.waitForTimeout(400);
    await page.screenshot({ path: `/tmp/shot-${step.replace('/', '-')}-${mode}.png` });
    await close();
  } catch (e) { console.log(job, String(e).slice(0, 300)); }
}
await site.close();
