// Time in the learner's hands, through the page: scrubbing, jumping, parting into futures, going among them, naming, comparing
// and letting go, by mouse, touch and keyboard.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessibilityViolations, openSite } from './page.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

/** What the page shows of the run at hand: its moment and its hash. Nothing may be selected. */
const shown = (page) =>
  page.locator('[data-run-hash]').evaluate((it) => ({ hash: it.dataset.runHash, until: it.dataset.runUntil }));

const thumb = async (page) => Number(await page.getByTestId('timeline').inputValue());

/** Puts the slider's thumb at a place, as assistive technology does. */
const scrub = (page, place) => page.getByTestId('timeline').fill(String(place));

/** Plays until the slider's thumb has passed a place. */
async function watchPast(page, place) {
  await page.getByTestId('play').click();
  await page.waitForFunction((at) => Number(document.querySelector('[data-testid=timeline]').value) > at, place, {
    timeout: 60_000,
  });
  await page.getByTestId('play').click();
}

/** A network that was watched for a while, at the fastest speed. */
async function watched(options, fragment = '#/lab/partition') {
  const visit = await site.open(fragment, options);
  await visit.page.getByTestId('speed').selectOption('4');
  await watchPast(visit.page, 600);
  // Slowly from now on, so that no future outgrows the slider before it is paused.
  await visit.page.getByTestId('speed').selectOption('1');
  return visit;
}

/** The same, parted at a fifth of the slider by a click, and watched on that future too. */
async function parted(options, selector = '[data-link="n2-n4"]') {
  const visit = await watched(options);
  const { page } = visit;
  await scrub(page, 200);
  await page.locator(selector).click();
  await watchPast(page, 400);
  return visit;
}

const futures = (page) =>
  page.locator('[data-future]').evaluateAll((all) =>
    all.map((row) => `${row.querySelector('.future-title')?.textContent}${row.dataset.here === 'true' ? ' (here)' : ''}`),
  );

/** How many futures the button in the time bar counts. */
const count = (page) => page.locator('#futures-button').getAttribute('aria-label');

describe('by mouse', () => {
  test('the slider is scrubbed to and fro, and no moment changes', async () => {
    const { page, problems, close } = await watched();
    const box = await page.getByTestId('timeline').boundingBox();
    const at = (part) => [box.x + box.width * part, box.y + box.height / 2];
    await page.mouse.click(...at(0.3));
    const first = await shown(page);
    await page.mouse.move(...at(0.3));
    await page.mouse.down();
    for (const part of [0.2, 0.1, 0.25, 0.5]) await page.mouse.move(...at(part), { steps: 4 });
    const later = await shown(page);
    assert.notEqual(later.hash, first.hash);
    await page.mouse.move(...at(0.3), { steps: 4 });
    await page.mouse.up();
    assert.deepEqual(await shown(page), first);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('acting in the past keeps the old future, and one can return to it', async () => {
    const { page, problems, close } = await watched();
    await scrub(page, 500);
    const old = await shown(page);
    await scrub(page, 200);
    const fork = await shown(page);
    assert.match(await count(page), /1$/);
    assert.equal(await page.locator('[data-track]').count(), 0);
    await page.locator('[data-link="n2-n4"]').click();
    assert.match(await count(page), /2$/);
    const track = await page.locator('[data-track="0"]').boundingBox();
    const slider = await page.getByTestId('timeline').boundingBox();
    const begins = (track.x - slider.x) / slider.width;
    assert.ok(Math.abs(begins - 0.2) < 0.04, `the old future's track begins at ${begins}`);
    assert.ok(track.width > slider.width * 0.3, 'and goes on as far as it was watched');
    await watchPast(page, 300);
    await page.getByTestId('futures').click();
    assert.deepEqual(await futures(page), ['Future 1', 'Future 2 (here)']);
    await page.locator('[data-future="0"] .future-go').click();
    await page.waitForSelector('[data-future="0"][data-here=true]');
    assert.deepEqual(await shown(page), fork, 'where it was left');
    await scrub(page, 500);
    assert.deepEqual(await shown(page), old, 'it is what it was');
    assert.equal(await page.locator('[data-link="n2-n4"]').getAttribute('data-state'), 'up');
    await page.locator('[data-future="1"] .future-go').click();
    await page.waitForSelector('[data-link="n2-n4"][data-state=cut]');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('undo brings back the branch and the moment, and redo the other', async () => {
    const { page, close } = await watched();
    await scrub(page, 200);
    const before = await shown(page);
    await page.locator('[data-link="n2-n4"]').click();
    await watchPast(page, 300);
    const after = await shown(page);
    await page.getByTestId('undo').click();
    assert.deepEqual(await shown(page), before);
    assert.match(await count(page), /1$/);
    await page.getByTestId('redo').click();
    assert.deepEqual(await shown(page), after);
    assert.match(await count(page), /2$/);
    // Something else instead: what was watched of the first try stays.
    await page.getByTestId('undo').click();
    await page.locator('[data-node="n3"]').click();
    assert.match(await count(page), /3$/);
    await close();
  });

  test('two futures are compared, and each difference leads to its moment', async () => {
    const { page, problems, close } = await parted();
    await page.getByTestId('futures').click();
    assert.equal(await page.locator('[data-future="1"] [data-compare]').count(), 0, 'not with itself');
    await page.locator('[data-future="0"] [data-compare]').click();
    const first = page.locator('[data-comparison] tbody tr').first();
    assert.match(await first.innerText(), /cut n2-n4/);
    const moments = page.locator('[data-comparison] .moment');
    assert.ok((await moments.count()) > 1, 'more than the deed differs');
    await scrub(page, 350);
    const name = await moments.first().innerText();
    await moments.first().click();
    assert.equal(await page.getByTestId('clock').innerText(), name);
    assert.match(await page.locator('[data-difference=n2-n4]').innerText(), /cut/);
    assert.ok(await page.locator('[data-comparison]').isVisible(), 'the comparison stays for the next moment');
    await page.locator('[data-node="n3"]').click();
    await page.locator('[data-comparison]').waitFor({ state: 'detached' });
    assert.deepEqual(problems(), []);
    await close();
  });

  test('a future is named and let go, and both are taken back', async () => {
    const { page, problems, close } = await parted();
    await page.getByTestId('futures').click();
    await page.locator('[data-future="0"] [data-testid=rename]').click();
    await page.locator('#future-name').fill('  left   alone ');
    await page.getByRole('button', { name: 'Save' }).click();
    assert.deepEqual(await futures(page), ['left alone', 'Future 2 (here)']);
    await page.locator('[data-future="0"] [data-testid=drop]').click();
    assert.deepEqual(await futures(page), ['Future 2 (here)'].map(() => 'Future 1 (here)'));
    assert.equal(await page.locator('[data-track]').count(), 0);
    await page.getByTestId('undo').click();
    assert.deepEqual(await futures(page), ['left alone', 'Future 2 (here)']);
    await page.getByTestId('undo').click();
    assert.deepEqual(await futures(page), ['Future 1', 'Future 2 (here)']);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('when there are too many futures the page says which goes', async () => {
    const { page, problems, close } = await watched();
    for (let number = 0; number < 8; number += 1) {
      await scrub(page, 300 - number * 20);
      await page.locator('[data-link="n2-n4"]').click();
      await page.getByTestId('step').click();
    }
    assert.match(await count(page), /8$/);
    await page.locator('.notice', { hasText: 'oldest' }).waitFor();
    await page.waitForSelector('[data-track]');
    assert.equal(await page.locator('[data-track]').count(), 3, 'as many tracks as have room');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('jumps go to the next event of a kind and to the last before', async () => {
    // What is sent to a node that is down is lost.
    const { page, problems, close } = await parted({}, '[data-node="n3"]');
    await page.getByTestId('jumps').click();
    await page.getByTestId('jump-before').click();
    assert.match(await page.getByTestId('jump-said').innerText(), /crash n3/);
    const deed = await shown(page);
    await page.getByTestId('jump-before').click();
    assert.match(await page.getByTestId('jump-said').innerText(), /Nothing like it before/);
    assert.deepEqual(await shown(page), deed);
    await page.getByTestId('jump-kind').selectOption('loss');
    await page.getByTestId('jump-next').click();
    assert.match(await page.getByTestId('jump-said').innerText(), /lost/);
    await page.getByTestId('jump-kind').selectOption('node');
    await page.getByTestId('jump-next').click();
    assert.match(await page.getByTestId('jump-said').innerText(), /Select a node/);
    await page.getByTestId('jump-kind').selectOption('beat');
    const before = await thumb(page);
    await page.getByTestId('jump-next').click();
    await page.getByTestId('jump-next').click();
    assert.match(await page.getByTestId('jump-said').innerText(), /beat/);
    assert.ok((await thumb(page)) >= before);
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('by keyboard', () => {
  test('the slider is scrubbed by its keys', async () => {
    const { page, close } = await watched();
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Home');
    assert.equal((await shown(page)).until, '0s');
    let at = 0;
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'PageUp', 'PageUp']) {
      await page.keyboard.press(key);
      assert.ok((await thumb(page)) > at, `${key} goes on from ${at}`);
      at = await thumb(page);
    }
    await page.keyboard.press('ArrowLeft');
    assert.equal(await thumb(page), at - 1);
    await page.keyboard.press('End');
    const end = await shown(page);
    await page.keyboard.press('PageDown');
    assert.notDeepEqual(await shown(page), end);
    await close();
  });

  test('futures are opened, gone to, named and compared', async () => {
    const { page, problems, close } = await watched();
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Home');
    for (const _ of [1, 2]) await page.keyboard.press('PageUp');
    await page.locator('[data-link="n2-n4"]').focus();
    await page.keyboard.press('Enter');
    assert.match(await count(page), /2$/);
    await page.waitForFunction(() => /2 futures/.test(document.querySelector('[data-voice]').textContent));
    await page.keyboard.press('f');
    await page.waitForFunction(() => document.activeElement?.id === 'futures');
    await page.locator('[data-future="0"] .future-go').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => document.activeElement?.matches('[data-future="0"] .future-go'));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.matches('[data-comparison]'));
    await page.locator('[data-future="1"] [data-testid=rename]').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'future-name');
    await page.keyboard.type('cut early');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'futures');
    assert.deepEqual(await futures(page), ['Future 1', 'cut early (here)']);
    await page.locator('[data-future="1"] [data-testid=rename]').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'future-name');
    await page.keyboard.type('not this');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.id === 'futures');
    assert.deepEqual(await futures(page), ['Future 1', 'cut early (here)']);
    await page.locator('[data-future="0"] .future-go').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-future="0"][data-here=true]');
    assert.ok(await page.evaluate(() => document.activeElement.matches('[data-future="0"] .future-go')), 'the focus stays');
    await page.waitForFunction(() => /Future 1/.test(document.querySelector('[data-voice]').textContent));
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.id === 'futures-button');
    assert.equal(await page.locator('#futures').count(), 0);
    await page.keyboard.press('Control+z');
    await page.waitForSelector('[data-link="n2-n4"][data-state=cut]');
    await page.keyboard.press('Control+Shift+z');
    await page.waitForSelector('[data-link="n2-n4"][data-state=up]');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('jumps have keys of their own, and one panel is open at a time', async () => {
    const { page, close } = await parted({}, '[data-node="n3"]');
    await page.keyboard.press('<');
    await page.waitForFunction(() => /crash n3/.test(document.querySelector('[data-testid=pace]').textContent));
    await page.getByTestId('jumps').focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'jumps');
    await page.getByTestId('jump-kind').focus();
    await page.getByTestId('jump-kind').selectOption('loss');
    await page.getByTestId('jump-next').focus();
    await page.keyboard.press('>');
    await page.waitForFunction(() => /lost/.test(document.querySelector('[data-testid=jump-said]').textContent));
    await page.getByTestId('futures').focus();
    await page.keyboard.press('Enter');
    await page.locator('#futures').waitFor();
    assert.equal(await page.locator('#jumps').count(), 0);
    await close();
  });
});

describe('the panels', () => {
  test('close when one goes elsewhere, and leave the focus to where one went', async () => {
    const { page, problems, close } = await parted();
    await page.getByTestId('futures').click();
    await page.waitForFunction(() => document.activeElement?.id === 'futures');
    await page.evaluate(() => {
      location.hash = '#/lesson/5/step/2';
    });
    await page.locator('#futures').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.matches('[data-heading]'));
    assert.match(await count(page), /1$/, 'another run has futures of its own');
    await page.evaluate(() => {
      location.hash = '#/lab/partition';
    });
    await page.waitForFunction(() => /2$/.test(document.querySelector('#futures-button').getAttribute('aria-label')));
    assert.deepEqual(problems(), []);
    await close();
  });

  test('what it takes to go to any moment is shown beside the run', async () => {
    const { page, close } = await watched({}, '#/lab/stress');
    const figure = await page.locator('[data-run-hash] dd', { hasText: /^\s*\d+, \d+ [KM]iB\s*$/ }).textContent();
    const [, many, size, unit] = /(\d+), (\d+) ([KM]iB)/.exec(figure);
    assert.ok(Number(many) > 1 && unit === 'MiB' && Number(size) <= 80, figure);
    await close();
  });
});

describe('by touch', () => {
  test('the slider is tapped and drawn along, and the old future is returned to', async () => {
    const { page, problems, close } = await watched({ context: PHONE });
    const box = await page.getByTestId('timeline').boundingBox();
    const [x, y] = [(part) => box.x + box.width * part, box.y + box.height / 2];
    await page.touchscreen.tap(x(0.4), y);
    const tapped = await thumb(page);
    assert.ok(Math.abs(tapped - 400) < 80, `a tap at 0.4 leads to ${tapped}`);
    const touch = await page.context().newCDPSession(page);
    const send = (type, part) =>
      touch.send('Input.dispatchTouchEvent', { type, touchPoints: part === undefined ? [] : [{ x: x(part), y }] });
    await send('touchStart', tapped / 1_000);
    for (const part of [0.38, 0.33, 0.28, 0.22]) await send('touchMove', part);
    await send('touchEnd');
    await page.waitForFunction(() => Number(document.querySelector('[data-testid=timeline]').value) < 300);
    await page.locator('[data-node="n5"]').tap();
    await page.waitForSelector('[data-node="n5"][data-state=crashed]');
    await page.getByTestId('futures').tap();
    await page.locator('[data-future="0"] .future-go').tap();
    await page.waitForSelector('[data-node="n5"][data-state=running]');
    await page.locator('[data-future="1"] [data-compare]').tap();
    await page.locator('[data-comparison] tbody tr').first().waitFor();
    const panel = await page.locator('#futures').boundingBox();
    assert.ok(panel.x >= 0 && panel.x + panel.width <= 360, JSON.stringify(panel));
    const small = await page.locator('#futures button').evaluateAll((all) =>
      all.filter((button) => button.getBoundingClientRect().height < 43.5).map((button) => button.outerHTML),
    );
    assert.deepEqual(small, [], 'targets are large enough for fingers');
    await page.getByTestId('popped-close').tap();
    await page.locator('#futures').waitFor({ state: 'detached' });
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('for everyone', () => {
  for (const colorScheme of ['light', 'dark']) {
    test(`panels over the time bar pass axe (${colorScheme})`, async () => {
      const { page, close } = await parted({ context: { colorScheme } });
      await page.getByTestId('jumps').click();
      await page.locator('#jumps').waitFor();
      assert.deepEqual(await accessibilityViolations(page), []);
      await page.getByTestId('futures').click();
      await page.locator('[data-future="0"] [data-compare]').click();
      await page.locator('[data-comparison]').waitFor();
      assert.deepEqual(await accessibilityViolations(page), []);
      await page.locator('[data-future="0"] [data-testid=rename]').click();
      await page.locator('#future-name').waitFor();
      assert.deepEqual(await accessibilityViolations(page), []);
      await close();
    });
  }

  test('nothing is wider than the screen while a panel is open, from a phone to a desktop', async () => {
    const { page, close } = await parted({ context: PHONE });
    for (const width of [360, 600, 721, 840, 961, 1180]) {
      await page.setViewportSize({ width, height: 740 });
      for (const panel of ['jumps', 'futures']) {
        await page.getByTestId(panel).click();
        await page.locator(`#${panel}`).waitFor();
        const wide = await page.evaluate(() =>
          [...document.querySelectorAll('.time-bar, .time-bar button, .time-track, .popped')].filter((it) => {
            const { left, right } = it.getBoundingClientRect();
            return left < -0.5 || right > innerWidth + 0.5;
          }).map((it) => it.outerHTML.slice(0, 80)),
        );
        assert.deepEqual(wide, [], `${panel} at ${width}`);
      }
    }
    const slider = await page.getByTestId('timeline').boundingBox();
    assert.ok(slider.width >= 120, `the slider is ${slider.width} wide`);
    await close();
  });
});
