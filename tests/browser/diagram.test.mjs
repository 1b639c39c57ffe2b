// The space-time diagram and the pane it stands in: by mouse, by touch and by keys, and what a screen reader is told.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessibilityViolations, openSite } from './page.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, reducedMotion: 'reduce' };
const SCREENS = { large: { width: 1440, height: 900 }, small: { width: 1280, height: 720 } };

let site;
before(async () => {
  site = await openSite();
});
after(() => site.close());

/** The clock of the page. */
const clock = (page) => page.getByTestId('clock').innerText();

const clockIs = (page, moment) =>
  page.waitForFunction((moment) => document.querySelector('[data-testid=clock]').innerText === moment, moment);

/** Steps so many events on, with the diagram open. */
async function open(fragment, context, steps = 30) {
  const visit = await site.open(fragment, { context });
  const { page } = visit;
  if (context.isMobile) await page.locator('.sheet-buttons button').nth(1).tap();
  await page.locator('[data-tab=diagram]').click();
  await page.locator('.diagram-plot').waitFor();
  for (let step = 0; step < steps; step += 1) await page.getByTestId('step').click();
  await page.waitForFunction(() => document.querySelectorAll('.diagram-events [role=option]').length > 10);
  return visit;
}

/** The entry of the list that keys are at: its record, its words. */
const current = (page) =>
  page.evaluate(() => {
    const id = document.querySelector('.diagram-plot').getAttribute('aria-activedescendant');
    const option = id && document.getElementById(id);
    return option && { record: Number(option.dataset.record), text: option.innerText };
  });

/** Presses a key, and waits until keys are at another event. */
async function walk(page, key) {
  const before = (await current(page))?.record;
  await page.keyboard.press(key);
  await page.waitForFunction(
    (before) => {
      const id = document.querySelector('.diagram-plot').getAttribute('aria-activedescendant');
      return id !== null && id !== `event-${before}` && document.getElementById(id);
    },
    before ?? -1,
  );
  return current(page);
}

/** What is painted on a layer: 0 is what happened, 1 what is pointed at and the present. */
const picture = (page, layer) =>
  page.evaluate((layer) => document.querySelectorAll('.diagram-plot canvas')[layer].toDataURL(), layer);

/** Does something, and waits until a layer is painted otherwise; there is none while another network is on its way. */
async function changes(page, layer, act) {
  const before = await picture(page, layer);
  await act();
  await page.waitForFunction(
    ([layer, before]) => {
      const canvas = document.querySelectorAll('.diagram-plot canvas')[layer];
      return canvas && canvas.toDataURL() !== before;
    },
    [layer, before],
  );
}

/** The moment that a sentence of the log begins with. */
const momentOf = (text) => text.slice(0, text.indexOf(':'));

describe('the tabs of the pane', () => {
  test('arrow keys open them, and the list keeps its filter meanwhile', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: { viewport: SCREENS.large } });
    await page.getByTestId('log-topic').selectOption('messages');
    await page.locator('[data-tab=log]').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.diagram-plot').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.tab), 'diagram');
    assert.equal(await page.locator('[data-tab=diagram]').getAttribute('aria-selected'), 'true');
    assert.equal(await page.locator('#bottom-panel').getAttribute('aria-labelledby'), 'tab-diagram');
    await page.keyboard.press('Home');
    await page.getByTestId('log').waitFor();
    assert.equal(await page.getByTestId('log-topic').inputValue(), 'messages');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('the pane is made higher by mouse and by keys, and stays so', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: { viewport: SCREENS.large } });
    const height = async () => (await page.locator('#log').boundingBox()).height;
    const low = await height();
    const handle = await page.getByTestId('bottom-handle').boundingBox();
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await page.mouse.down();
    await page.mouse.move(handle.x + handle.width / 2, handle.y - 160, { steps: 4 });
    await page.mouse.up();
    const high = await height();
    assert.ok(high > low + 120, `${low} became ${high}`);
    await page.reload();
    await page.getByTestId('bottom-handle').waitFor();
    assert.equal(await height(), high);
    await page.getByTestId('bottom-handle').focus();
    await page.keyboard.press('ArrowDown');
    assert.ok((await height()) < high);
    await page.keyboard.press('Enter');
    assert.equal(await height(), low);
    assert.deepEqual(problems(), []);
    await close();
  });

  for (const [name, viewport] of Object.entries(SCREENS)) {
    test(`stage and diagram both have room on a ${name} screen`, async () => {
      const { page, close } = await open('#/lesson/5/step/2', { viewport }, 20);
      const [stage, plot] = [await page.locator('.stage').boundingBox(), await page.locator('.diagram-plot').boundingBox()];
      assert.ok(stage.height >= viewport.height * 0.35, `the stage is ${stage.height} high`);
      assert.ok(plot.height >= 150, `the diagram is ${plot.height} high`);
      await close();
    });
  }
});

describe('on a projector', () => {
  test('a diagram that is open is shown beside the network, in larger type', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.small }, 12);
    const before = await page.locator('.diagram-plot').boundingBox();
    await page.locator('[data-present]').first().click();
    await page.locator('[data-caption]').waitFor();
    const [stage, plot] = [await page.locator('.stage').boundingBox(), await page.locator('.diagram-plot').boundingBox()];
    assert.ok(plot.height > before.height, 'it grows with the type');
    assert.ok(stage.height > 200, `the stage is ${stage.height} high`);
    await page.keyboard.press('Escape');
    await page.locator('[data-tab=log]').click();
    await page.locator('[data-present]').first().click();
    await page.locator('#log').waitFor({ state: 'hidden' });
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('by keys', () => {
  test('arrows walk along a lane, between lanes and along a message, and Enter goes there', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large }, 40);
    const end = await clock(page);
    await page.locator('.diagram-plot').focus();
    const last = await walk(page, 'ArrowLeft');
    const first = await walk(page, 'Home');
    assert.ok(first.record < last.record);
    assert.equal((await walk(page, 'ArrowRight')).record > first.record, true);
    // From a sending to its arrival and back.
    let at = await walk(page, 'Home');
    for (let tries = 0; tries < 20 && !/ → /.test(at.text); tries += 1) at = await walk(page, 'ArrowRight');
    assert.match(at.text, / → /, 'the lane has a sending');
    const arrival = await walk(page, 'Shift+ArrowRight');
    assert.ok(arrival.record > at.record);
    assert.equal((await walk(page, 'Shift+ArrowLeft')).record, at.record);
    const below = await walk(page, 'ArrowDown');
    assert.notEqual(below.record, at.record);
    await page.keyboard.press('Enter');
    await clockIs(page, momentOf(below.text));
    assert.notEqual(await clock(page), end);
    // The one event more that the step goes is the next record: the run stood right after the event.
    await page.getByTestId('step').click();
    await page.getByTestId('step-back').click();
    await clockIs(page, momentOf(below.text));
    assert.deepEqual(problems(), []);
    await close();
  });

  test('Escape points at nothing, and the page keeps Space for itself', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large });
    await page.locator('.diagram-plot').focus();
    await walk(page, 'ArrowLeft');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('.diagram-plot').hasAttribute('aria-activedescendant'));
    const before = await clock(page);
    await page.keyboard.press(' ');
    await page.waitForFunction((before) => document.querySelector('[data-testid=clock]').innerText !== before, before);
    await page.keyboard.press(' ');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('plus, minus, 0 and Page Up change what is in sight', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large });
    await page.locator('.diagram-plot').focus();
    for (const key of ['+', '+', '-', '0', '+', '+', '+', 'PageUp']) await changes(page, 0, () => page.keyboard.press(key));
    assert.equal(await page.getByTestId('diagram-follow').getAttribute('aria-pressed'), 'false');
    await page.getByTestId('diagram-follow').click();
    assert.equal(await page.getByTestId('diagram-follow').getAttribute('aria-pressed'), 'true');
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('for the ear', () => {
  test('the list says what the log says, as far as both go', async () => {
    const { page, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large }, 40);
    const listed = await page.locator('.diagram-events [role=option]').allInnerTexts();
    await page.locator('[data-tab=log]').click();
    await page.getByTestId('log-topic').selectOption('everything');
    await page.waitForFunction((count) => document.querySelectorAll('.log-row').length >= count, listed.length);
    const rows = await page.locator('.log-row').evaluateAll((rows) =>
      rows.map((row) => `${row.querySelector('.log-time').innerText}: ${row.querySelector('.log-sentence').innerText}`),
    );
    assert.deepEqual(listed, rows.slice(-listed.length));
    await close();
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`axe finds nothing, ${colorScheme}`, async () => {
      const context = { viewport: SCREENS.small, colorScheme, reducedMotion: 'reduce' };
      const { page, close } = await open('#/lesson/5/step/2', context);
      assert.deepEqual(await accessibilityViolations(page), []);
      await page.locator('.diagram-plot').focus();
      await walk(page, 'ArrowLeft');
      assert.deepEqual(await accessibilityViolations(page), []);
      await close();
    });
  }

  test('axe finds nothing on a phone, and before anything has happened', async () => {
    const { page, close } = await open('#/lesson/5/step/2', PHONE);
    assert.deepEqual(await accessibilityViolations(page), []);
    await page.getByTestId('reset').tap();
    assert.deepEqual(await accessibilityViolations(page), []);
    await close();
  });
});

/** Where in the pane the diagram points at an event, by looking for it with the mouse along a grid. */
async function findEvent(page, wanted) {
  const box = await page.locator('.diagram-plot').boundingBox();
  for (let y = box.y + 24; y < box.y + box.height - 24; y += 6) {
    for (let x = box.x + 60; x < box.x + box.width - 20; x += 10) {
      await page.mouse.move(x, y);
      const told = await page.getByTestId('diagram-told').innerText();
      if (wanted(told)) return { x, y, told };
    }
  }
  throw new Error('no such event is in sight');
}

describe('by mouse', () => {
  test('an event under the pointer shows what led to it, and a click goes there and selects it', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large }, 40);
    const before = await picture(page, 1);
    const { x, y, told } = await findEvent(page, (told) => /receives/.test(told));
    assert.match(told, /: n\d receives .* from n\d · \d+ before it, \d+ after it/);
    assert.notEqual(await picture(page, 1), before, 'the rest is dimmed');
    await page.mouse.click(x, y);
    await clockIs(page, momentOf(told));
    await page.locator('#inspector .kind').waitFor();
    assert.match(await page.locator('#inspector .kind').innerText(), /message/);
    // What was to come is still there, and going there leaves what is in sight alone.
    assert.equal(await page.getByTestId('diagram-told').innerText(), told);
    await page.mouse.move(5, 5);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('a selected node has its lane marked, and its name selects it', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large });
    const box = await page.locator('.diagram-plot').boundingBox();
    // The lanes share the room between the band above and the axis below; the first is n1.
    await changes(page, 0, () => page.mouse.click(box.x + 14, box.y + 21 + ((box.height - 43) / 7) * 0.5));
    await page.waitForFunction(() => document.querySelector('#inspector .heading')?.innerText.includes('n1'));
    assert.deepEqual(problems(), []);
    await close();
  });

  test('the cursor goes with the slider, and a click on the axis moves both', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large }, 40);
    const end = await clock(page);
    await changes(page, 1, () => page.getByTestId('timeline').press('ArrowLeft'));
    const box = await page.locator('.diagram-plot').boundingBox();
    await page.mouse.click(box.x + 120, box.y + box.height - 8);
    await page.waitForFunction((end) => document.querySelector('[data-testid=clock]').innerText !== end, end);
    const value = await page.getByTestId('timeline').inputValue();
    await changes(page, 1, () => page.mouse.click(box.x + 220, box.y + box.height - 8));
    assert.ok(Number(await page.getByTestId('timeline').inputValue()) > Number(value));
    assert.deepEqual(problems(), []);
    await close();
  });

  test('another network is shown in place of the one before', async () => {
    const { page, problems, close } = await open('#/lab/partition', { viewport: SCREENS.large }, 12);
    await changes(page, 0, () => page.evaluate(() => (location.hash = '#/lab/stress')));
    await page.getByTestId('step').click();
    await changes(page, 0, () => page.evaluate(() => (location.hash = '#/lab/centralized')));
    await page.locator('[data-node=s1]').waitFor();
    assert.deepEqual(problems(), []);
    await close();
  });

  test('the wheel zooms, a drag moves, and dragging no longer follows', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large });
    const box = await page.locator('.diagram-plot').boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await changes(page, 0, () => page.mouse.wheel(0, -600));
    assert.equal(await page.getByTestId('diagram-follow').getAttribute('aria-pressed'), 'true');
    await changes(page, 0, async () => {
      await page.mouse.down();
      await page.mouse.move(x - 120, y, { steps: 3 });
      await page.mouse.up();
    });
    assert.equal(await page.getByTestId('diagram-follow').getAttribute('aria-pressed'), 'false');
    for (const button of ['zoom-in', 'zoom-out', 'zoom-fit']) {
      await changes(page, 0, () => page.getByTestId(`diagram-${button}`).click());
    }
    assert.deepEqual(problems(), []);
    await close();
  });

  test('while it follows, the present stays in sight and the picture goes on', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large }, 12);
    await page.getByTestId('play').click();
    for (let look = 0; look < 3; look += 1) await changes(page, 0, () => undefined);
    await page.getByTestId('play').click();
    assert.deepEqual(problems(), []);
    await close();
  });

  test('another future takes the old one off the picture', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', { viewport: SCREENS.large }, 60);
    const count = () => page.locator('.diagram-events [role=option]').first().getAttribute('aria-posinset');
    await page.locator('.diagram-plot').focus();
    for (let back = 0; back < 6; back += 1) await walk(page, 'ArrowLeft');
    await page.keyboard.press('Enter');
    assert.ok(await count());
    await changes(page, 0, () => page.locator('[data-link=n2-n4]').click());
    // What keys were at is of the future that is gone from the picture.
    await page.waitForFunction(() => !document.querySelector('.diagram-plot').hasAttribute('aria-activedescendant'));
    const last = await page.locator('.diagram-events [role=option]').last().innerText();
    assert.match(last, /cut n2-n4|n2|n4/);
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('by touch', () => {
  test('a tap goes to an event, and the name of the lane selects the node', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', PHONE, 40);
    const end = await clock(page);
    const box = await page.locator('.diagram-plot').boundingBox();
    let told = '';
    for (let x = box.x + 70; x < box.x + box.width - 20 && !told; x += 16) {
      await page.touchscreen.tap(x, box.y + box.height / 2);
      told = await page.getByTestId('diagram-told').innerText();
    }
    assert.match(told, /: .* before it/);
    await clockIs(page, momentOf(told));
    assert.notEqual(momentOf(told), end);
    assert.ok(await page.getByTestId('play').isVisible(), 'time stays in reach');
    await page.evaluate(() => window.scrollTo(0, 999));
    assert.equal(await page.evaluate(() => window.scrollY), 0, 'nothing makes the page longer than the screen');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('two fingers zoom', async () => {
    const { page, problems, close } = await open('#/lesson/5/step/2', PHONE);
    const box = await page.locator('.diagram-plot').boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const session = await page.context().newCDPSession(page);
    const touch = (type, apart) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: apart ? [{ x: x - apart, y, id: 0 }, { x: x + apart, y, id: 1 }] : [],
      });
    await changes(page, 0, async () => {
      await touch('touchStart', 20);
      for (const apart of [30, 50, 80]) await touch('touchMove', apart);
      await touch('touchEnd', 0);
    });
    assert.deepEqual(problems(), []);
    await close();
  });
});
