// What a page costs while it is watched: shared by all measurements in the browser.

/** The median of each figure. */
export function typical(runs) {
  const middle = (name) => runs.map((run) => run[name]).sort((a, b) => a - b)[Math.floor(runs.length / 2)];
  return { frames: middle('frames'), task: middle('task'), script: middle('script') };
}

/**
 * Frames a second, and how long the main thread works on each, in milliseconds, while `watch` runs for so many seconds and
 * counts frames. If it counts none, the work is that of the whole time.
 */
export async function work(page, seconds, watch) {
  const session = await page.context().newCDPSession(page);
  // In processor time of the thread: what else the machine does at the same time does not count.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metrics = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  const before = await metrics();
  const frames = await watch();
  const after = await metrics();
  await session.detach();
  const each = (name) => ((after[name] - before[name]) * 1000) / Math.max(frames, 1);
  return { frames: frames / seconds, task: each('TaskDuration'), script: each('ScriptDuration') };
}

/** What a page costs while it moves, for so many seconds. */
export function framesAndWork(page, seconds) {
  return work(page, seconds, () => page.evaluate(countFrames, seconds));
}

/** A row of the table that the measurement prints; `cargo xtask bench` takes rows into `BENCHMARKS.md`. */
export function row(...cells) {
  console.log(`| ${cells.join(' | ')} |`);
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
