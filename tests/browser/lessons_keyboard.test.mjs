// Every step of the open lessons can be solved with a keyboard alone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Keyboard, LESSONS } from './learner.mjs';
import { takeLesson } from './lessons.mjs';
import { openSite } from './page.mjs';

for (const lesson of LESSONS) takeLesson(lesson, 'keyboard', (page) => new Keyboard(page));

describe('keys that work all over the page', () => {
  let site;
  before(async () => {
    site = await openSite();
  });
  after(() => site?.close());

  test('play, step, undo, and turn the pages', async () => {
    const { page, problems } = await site.open('#/lesson/5/step/2');
    const clock = () => page.getByTestId('clock').innerText();
    const states = () => page.locator('[data-state=cut]').count();
    const start = await clock();
    await page.keyboard.press('.');
    await page.keyboard.press('.');
    const stepped = await clock();
    assert.notEqual(stepped, start, 'a full stop goes on by an event');
    await page.keyboard.press(',');
    await page.keyboard.press(',');
    assert.equal(await clock(), start, 'a comma goes back');
    await page.keyboard.press('Space');
    await page.waitForFunction((was) => document.querySelector('[data-testid=clock]').innerText !== was, start);
    await page.keyboard.press('Space');
    assert.equal(await page.getByTestId('play').getAttribute('aria-label'), 'Play');
    const keyboard = new Keyboard(page);
    await keyboard.click('n2-n4');
    assert.equal(await states(), 1);
    await page.keyboard.press('Control+z');
    assert.equal(await states(), 0, 'Ctrl and Z takes the cut back');
    await page.keyboard.press('Control+Shift+z');
    assert.equal(await states(), 1, 'and with the shift key does it again');
    await page.keyboard.press(']');
    await page.waitForURL(/\/lesson\/5\/step\/3$/);
    await page.keyboard.press('[');
    await page.waitForURL(/\/lesson\/5\/step\/2$/);
    assert.deepEqual(problems(), []);
  });

  test('a remote control turns the pages while presenting, and only then', async () => {
    const { page, problems } = await site.open('#/lesson/5/step/2');
    await page.keyboard.press('PageDown');
    assert.match(page.url(), /step\/2$/);
    await page.keyboard.press('p');
    await page.locator('[data-caption]').waitFor();
    await page.keyboard.press('PageDown');
    await page.waitForURL(/\/lesson\/5\/step\/3$/);
    await page.keyboard.press('PageUp');
    await page.waitForURL(/\/lesson\/5\/step\/2$/);
    await page.keyboard.press('Escape');
    await page.locator('[data-caption]').waitFor({ state: 'detached' });
    assert.deepEqual(problems(), []);
  });

  test('keys without Ctrl can be switched off, and stay off', async () => {
    const { page, problems } = await site.open('#/lesson/5/step/2');
    await page.keyboard.press('?');
    await page.locator('[data-single-keys]').uncheck();
    await page.keyboard.press('Escape');
    await page.locator('[data-help]').waitFor({ state: 'hidden' });
    await page.keyboard.press(']');
    await page.reload();
    await page.waitForSelector('[data-step]');
    await page.keyboard.press(']');
    assert.match(page.url(), /step\/2$/);
    assert.deepEqual(problems(), []);
  });
});
