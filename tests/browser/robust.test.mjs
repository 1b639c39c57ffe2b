// Whatever a learner does, and in whatever order: the page goes on, says nothing in the console, and answers.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Learner, Mouse, selectorOf } from './learner.mjs';
import { openSite } from './page.mjs';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

/** Numbers below a bound, the same for the same seed. */
function luck(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** The page did not stop, and still answers at once. */
async function assertWell({ page, problems }, after) {
  assert.equal(await page.locator('.crash').count(), 0, `the program failed after ${after}`);
  assert.deepEqual(problems(), [], after);
  const waited = await page.evaluate(
    () => new Promise((done) => {
      const began = performance.now();
      setTimeout(() => requestAnimationFrame(() => done(performance.now() - began)), 0);
    }),
  );
  assert.ok(waited < 1_500, `no answer for ${waited} ms after ${after}`);
}

/** The middles of all that can be pressed and is in sight; links to elsewhere are left out. */
function pressable(page) {
  return page.evaluate(() => {
    const all = document.querySelectorAll('button, input, select, summary, label, [data-thing], [data-term], canvas, a[href^="#"]');
    const middles = [];
    for (const element of all) {
      const { x, y, width, height } = element.getBoundingClientRect();
      const at = [Math.round(x + width / 2), Math.round(y + height / 2)];
      const seen = document.elementFromPoint(...at);
      if (width && height && seen && !seen.closest('a[target]')) middles.push(at);
    }
    return middles;
  });
}

const KEYS = ['Space', '.', ',', 'Enter', 'Tab', 'Escape', 'ArrowRight', 'ArrowDown', 'Control+z', 'Control+Shift+z', 'Shift+F10', '[', ']', 'p', '?', '+', '-', '0', 'Alt+ArrowLeft'];
const PLACES = ['#/', '#/lesson/1/step/3', '#/lesson/5/step/4', '#/lesson/5/step/9', '#/lab/partition', '#/lab/centralized', '#/glossary', '#/nowhere'];
const SIZES = [DESKTOP, { width: 360, height: 740 }, { width: 900, height: 500 }, { width: 1920, height: 1080 }, { width: 200, height: 200 }];

/** Does one thing at random, and says what it was. */
async function doAnything(page, below) {
  const kind = below(20);
  if (kind < 12) {
    const middles = await pressable(page);
    const [x, y] = middles[below(middles.length)] ?? [0, 0];
    const button = below(6) === 0 ? 'right' : 'left';
    const clickCount = below(4) === 0 ? 2 : 1;
    await page.mouse.click(x, y, { button, clickCount });
    // An open menu of a select takes every key and click until it is closed.
    if (await page.evaluate(() => document.activeElement?.tagName === 'SELECT')) await page.keyboard.press('Escape');
    return `${button} click ${clickCount} at ${x}, ${y}`;
  }
  if (kind < 16) {
    const key = KEYS[below(KEYS.length)];
    await page.keyboard.press(key);
    return `key ${key}`;
  }
  if (kind === 16) {
    const from = [below(800), below(500)];
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(below(800), below(500), { steps: 3 });
    await page.mouse.up();
    return `drag from ${from}`;
  }
  if (kind === 17) {
    await page.mouse.wheel(0, below(800) - 400);
    return 'wheel';
  }
  if (kind === 18) {
    const size = SIZES[below(SIZES.length)];
    await page.setViewportSize(size);
    return `size ${size.width}`;
  }
  const place = PLACES[below(PLACES.length)];
  await page.evaluate((hash) => {
    location.hash = hash;
  }, place);
  return `going to ${place}`;
}

describe('anything in any order', () => {
  for (const [seed, start] of [[1, '#/lab/partition'], [2, '#/lesson/1/step/4'], [3, '#/lesson/5/step/4']]) {
    test(`from ${start}, seed ${seed}`, async () => {
      const visit = await site.open(start, { context: { viewport: DESKTOP } });
      const { page, close } = visit;
      const below = luck(seed);
      const done = [];
      await page.getByTestId('speed').selectOption('4');
      await page.getByTestId('play').click();
      for (let deed = 0; deed < 120; deed += 1) {
        done.push(await doAnything(page, below));
        if (deed % 10 === 9) await assertWell(visit, done.slice(-10).join(', '));
      }
      await page.setViewportSize(DESKTOP);
      await page.goto(`${site.url}#/lesson/5/step/2`);
      await page.reload();
      await page.waitForSelector('[data-step=two-islands]');
      await new Mouse(page).click('n2-n4');
      await page.waitForSelector('[data-link=n2-n4][data-state=cut]');
      await assertWell(visit, 'all that');
      await close();
    });
  }
});

describe('every kind of fault', () => {
  for (const thing of ['n3', 'n3-n7']) {
    test(`strikes ${thing} from its menu and is taken back, while time runs fast`, async () => {
      const visit = await site.open('#/lab/partition', { context: { viewport: DESKTOP } });
      const { page, close } = visit;
      const open = async () => {
        await page.locator(selectorOf(thing)).click({ button: 'right' });
        await page.locator('[role=menu]').waitFor();
      };
      await page.getByTestId('speed').selectOption('4');
      await page.getByTestId('play').click();
      await open();
      const faults = await page.locator('[role=menu] [data-fault]').evaluateAll((all) => all.map((one) => one.dataset.fault));
      assert.ok(faults.length >= 4, `${faults}`);
      await page.keyboard.press('Escape');
      for (const fault of faults) {
        await open();
        await page.locator(`[role=menu] [data-fault="${fault}"]`).click();
        const amount = page.locator('.stage-amount-apply');
        if (await amount.count()) await amount.click();
        await page.locator('.stage-menu').waitFor({ state: 'detached' });
        await open();
        await page.locator(`[role=menu] [data-fault="${fault}"][data-in-force]`).click();
        await page.locator('.stage-menu').waitFor({ state: 'detached' });
        await assertWell(visit, fault);
      }
      for (let undone = 0; undone < 2 * faults.length; undone += 1) await page.keyboard.press('Control+z');
      assert.equal(await page.getByTestId('undo').getAttribute('aria-disabled'), 'true', 'all was taken back');
      for (let redone = 0; redone < 2 * faults.length; redone += 1) await page.keyboard.press('Control+Shift+z');
      assert.equal(await page.getByTestId('redo').getAttribute('aria-disabled'), 'true', 'and done again');
      await assertWell(visit, 'undo and redo');
      await close();
    });
  }
});

describe('hands', () => {
  test('a double click breaks and mends; a drag moves a node and breaks nothing', async () => {
    const visit = await site.open('#/lab/partition', { context: { viewport: DESKTOP } });
    const { page, close } = visit;
    await page.locator('[data-link=n2-n4]').dblclick();
    assert.equal(await page.locator('[data-link=n2-n4]').getAttribute('data-state'), 'up');
    assert.equal(await page.getByTestId('undo').getAttribute('aria-disabled'), null, 'both were deeds');
    const node = page.locator('[data-node=n1]');
    const from = await node.boundingBox();
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    await page.mouse.move(from.x + 90, from.y + 60, { steps: 5 });
    await page.mouse.up();
    const to = await node.boundingBox();
    assert.ok(Math.abs(to.x - from.x) > 30, `n1 went from ${from.x} to ${to.x}`);
    assert.equal(await node.getAttribute('data-state'), 'running');
    await assertWell(visit, 'a drag');
    await close();
  });

  test('a right click opens the menu and strikes nothing; a click elsewhere closes it', async () => {
    const visit = await site.open('#/lab/partition', { context: { viewport: DESKTOP } });
    const { page, close } = visit;
    for (const thing of ['n3', 'n2-n4']) {
      await page.locator(selectorOf(thing)).click({ button: 'right' });
      await page.locator('[role=menu]').waitFor();
      assert.match(await page.locator(selectorOf(thing)).getAttribute('data-state'), /running|up/);
      await page.locator('#lesson').click({ position: { x: 5, y: 5 } });
      await page.locator('[role=menu]').waitFor({ state: 'detached' });
    }
    await assertWell(visit, 'menus');
    await close();
  });

  test('a long press opens the menu, and letting go strikes nothing', async () => {
    const visit = await site.open('#/lab/partition', { context: PHONE });
    const { page, context, close } = visit;
    const fingers = await context.newCDPSession(page);
    const box = await page.locator('[data-node=n3]').boundingBox();
    const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await page.locator('[role=menu]').waitFor();
    await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.waitForTimeout(200);
    assert.equal(await page.locator('[data-node=n3]').getAttribute('data-state'), 'running');
    await page.locator('[role=menu] [data-fault=crash]').tap();
    await page.waitForSelector('[data-node=n3][data-state=crashed]');
    await assertWell(visit, 'a long press');
    await close();
  });
});

describe('the world around', () => {
  test('a hidden tab pauses, and does not leap ahead when it is seen again', async () => {
    const visit = await site.open('#/lab/partition', { context: { viewport: DESKTOP } });
    const { page, close } = visit;
    const hide = (hidden) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { value, configurable: true });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      }, hidden);
    await page.getByTestId('play').click();
    await page.waitForTimeout(300);
    await hide(true);
    const clock = await page.getByTestId('clock').innerText();
    assert.equal(await page.getByTestId('play').getAttribute('aria-label'), 'Play');
    await page.waitForTimeout(500);
    await hide(false);
    await page.waitForTimeout(200);
    assert.equal(await page.getByTestId('clock').innerText(), clock);
    await assertWell(visit, 'hiding');
    await close();
  });

  test('once loaded it needs no network', async () => {
    const visit = await site.open('#/', { context: { viewport: DESKTOP } });
    const { page, context, close } = visit;
    await page.waitForSelector('[data-needs-network=false]');
    await context.setOffline(true);
    await page.evaluate(() => {
      location.hash = '#/lesson/5/step/1';
    });
    const learner = new Learner(page, new Mouse(page));
    await learner.solve('5/one-cut');
    for (const place of PLACES) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, place);
      await page.waitForTimeout(100);
    }
    await assertWell(visit, 'being offline');
    await close();
  });

  test('a text that does not come is missed, and comes when it is asked for again', async () => {
    let refuse = true;
    const before = (context) => context.route('**/sheets/**', (route) => (refuse ? route.abort() : route.continue()));
    const visit = await site.open('#/lesson/5/step/1', { context: { viewport: DESKTOP }, before });
    const { page, close } = visit;
    await page.waitForSelector('[data-sheet-failed]');
    assert.ok(await page.locator('[data-node=n1]').isVisible(), 'the network stands');
    refuse = false;
    await page.locator('[data-sheet-failed] button').click();
    await page.waitForSelector('[data-sheet-failed]', { state: 'detached' });
    await page.locator('.lesson-body .prose p').first().waitFor();
    await page.waitForSelector('[data-needs-network=false]');
    await close();
  });

  test('a large network at the highest speed still answers', async () => {
    const visit = await site.open('#/lab/stress', { context: { viewport: DESKTOP } });
    const { page, close } = visit;
    await page.getByTestId('speed').selectOption('4');
    await page.getByTestId('play').click();
    await page.waitForTimeout(3_000);
    await assertWell(visit, 'three seconds of stress');
    await page.getByTestId('play').click();
    await page.waitForSelector('[data-testid=play][aria-label=Play]');
    await page.locator('.brand').click();
    await page.waitForSelector('[data-lesson="1"]');
    await assertWell(visit, 'leaving');
    await close();
  });
});
