// The page for those who do not see it, see it badly, or use no mouse: axe finds nothing to object to in any view, and
// what axe cannot judge (where focus goes, what is said) is as it should be.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Keyboard, Mouse, STEPS, selectorOf } from './learner.mjs';
import { accessibilityViolations, openSite } from './page.mjs';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

/** The address of a step such as 5/heal, from its lesson's own list. */
async function addressesOfSteps(page) {
  const links = page.locator('.lesson-card .steps a');
  return links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
}

/** Goes to an address within the page. */
async function go(page, fragment) {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, fragment);
  await page.waitForFunction((hash) => location.hash === hash && document.querySelector('h1'), fragment);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function assertAccessible(page, where) {
  assert.deepEqual(await accessibilityViolations(page), [], where);
}

for (const colorScheme of ['light', 'dark']) {
  describe(`axe finds nothing in ${colorScheme}`, () => {
    let visit;
    before(async () => {
      // Without motion, so that no colour is judged while it changes.
      const context = { viewport: DESKTOP, colorScheme, reducedMotion: 'reduce' };
      visit = await site.open('#/', { context });
    });
    after(() => visit?.close());

    test('the colours are those', async () => {
      assert.equal(await visit.page.locator('html').getAttribute('data-theme'), colorScheme);
    });

    test('contents, glossary, literature and nowhere', async () => {
      for (const fragment of ['#/', '#/glossary', '#/glossary/island', '#/literature', '#/nowhere']) {
        await go(visit.page, fragment);
        await assertAccessible(visit.page, fragment);
      }
    });

    test('every step, with its answers and its explanation', async () => {
      const { page } = visit;
      await go(page, '#/');
      const addresses = await addressesOfSteps(page);
      assert.equal(addresses.length, Object.keys(STEPS).length);
      for (const address of addresses) {
        await go(page, address);
        if (colorScheme === 'light') await assertAccessible(page, `${address} at the start`);
        for (const question of await page.locator('[data-question]').all()) await question.locator('label').first().click();
        const explain = page.locator('[data-explain-waits] button');
        if (await explain.count()) await explain.click();
        await page.locator('[data-explain]').waitFor();
        await assertAccessible(page, `${address} explained`);
      }
    });

    test('a broken network, with a node, a link and nothing selected', async () => {
      const { page } = visit;
      await go(page, '#/lab/partition');
      await assertAccessible(page, 'a lab');
      const mouse = new Mouse(page);
      await mouse.click('n2-n4');
      await mouse.click('n3-n7');
      await mouse.click('n6');
      await page.getByTestId('speed').selectOption('4');
      await page.getByTestId('play').click();
      await page.waitForTimeout(1_000);
      await page.getByTestId('play').click();
      await assertAccessible(page, 'a broken network');
      for (const thing of ['n1', 'n2-n4']) {
        await page.locator(selectorOf(thing)).click({ button: 'right' });
        await page.locator('[role=menu]').waitFor();
        await assertAccessible(page, `the menu of ${thing}`);
        await page.locator('[role=menu] [role=menuitem]').last().click();
        await page.getByTestId('inspector').locator('.heading').waitFor();
        const folds = page.getByTestId('inspector').locator('details:not([open]) summary');
        while ((await folds.count()) > 0) await folds.first().click();
        await assertAccessible(page, `${thing} selected`);
      }
      await page.locator('[data-property]').first().click();
      await assertAccessible(page, 'a badge explained');
    });

    test('help, a term beside the text, and presenting', async () => {
      const { page } = visit;
      await go(page, '#/lesson/5/step/2');
      await page.locator('[data-term]').first().click();
      await page.locator('[data-term-aside]').waitFor();
      await assertAccessible(page, 'a term');
      await page.locator('[data-help-button]').click();
      await page.locator('[data-help]').waitFor();
      await assertAccessible(page, 'help');
      await page.keyboard.press('Escape');
      await page.locator('[data-present]').first().click();
      await page.locator('[data-caption]').waitFor();
      await assertAccessible(page, 'presenting');
      await page.keyboard.press('Escape');
      assert.deepEqual(visit.problems(), []);
    });

    test('a phone, with its sheets', async () => {
      const { page, close } = await site.open('#/lesson/5/step/2', {
        context: { viewport: PHONE, colorScheme, reducedMotion: 'reduce' },
      });
      await assertAccessible(page, 'a step on a phone');
      for (const [number, id] of [[0, 'inspector'], [1, 'log']]) {
        await page.locator('.sheet-buttons button').nth(number).click();
        await page.locator(`#${id}`).waitFor({ state: 'visible' });
        await assertAccessible(page, `the sheet ${id}`);
        await page.keyboard.press('Escape');
        await page.locator(`#${id}`).waitFor({ state: 'hidden' });
      }
      await go(page, '#/');
      await assertAccessible(page, 'contents on a phone');
      await close();
    });
  });
}

describe('where focus goes and what is said', () => {
  const focused = (page) => page.evaluate(() => document.activeElement.textContent);

  test('the first view takes no focus; going on gives it to the heading', async () => {
    const { page, close } = await site.open('#/lesson/5/step/1');
    assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
    await page.locator('[data-next]').click();
    await page.waitForFunction(() => document.activeElement.matches('[data-heading]'));
    assert.equal(await focused(page), 'Two islands');
    assert.match(await page.title(), /Two islands/);
    for (const fragment of ['#/', '#/glossary/island', '#/literature', '#/lab/partition', '#/lesson/6', '#/nowhere']) {
      await go(page, fragment);
      await page.waitForFunction(() => document.activeElement.matches('h1, h2'), undefined, { timeout: 5_000 }).catch(() => {
        assert.fail(`${fragment}: focus does not go to the heading`);
      });
    }
    await close();
  });

  test('nodes and links say what they are and how they are', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: { viewport: DESKTOP } });
    const says = (thing) => page.locator(selectorOf(thing)).getAttribute('aria-label');
    const mouse = new Mouse(page);
    assert.match(await says('n6'), /^n6, member, running/);
    assert.equal(await says('n2-n4'), 'link n2–n4, whole');
    await mouse.click('n6');
    await mouse.click('n2-n4');
    assert.match(await says('n6'), /^n6, member, crashed/);
    assert.equal(await says('n2-n4'), 'link n2–n4, cut both ways');
    await mouse.click('n3-n7');
    assert.match(await says('n1'), /island A/);
    assert.match(await says('n7'), /island B/);
    await page.getByTestId('undo').click();
    assert.doesNotMatch(await says('n1'), /island/);
    await close();
  });

  test('the stage is one stop of the tab key', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: { viewport: DESKTOP } });
    const keyboard = new Keyboard(page);
    const isOnStage = () => page.evaluate(() => document.activeElement.matches('[data-thing]'));
    assert.equal(await page.locator('[data-thing][tabindex="0"]').count(), 1);
    await keyboard.walkTo('n6');
    await keyboard.press('Tab');
    assert.equal(await isOnStage(), false, 'the tab key leaves the stage');
    await keyboard.press('Shift+Tab');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.node), 'n6', 'and comes back to where one was');
    await close();
  });

  test('the first tab stops skip to the text and to the network', async () => {
    const { page, close } = await site.open('#/lesson/5/step/1', { context: { viewport: DESKTOP } });
    for (const [tabs, id] of [[1, 'lesson'], [2, 'stage']]) {
      await page.reload();
      await page.waitForSelector('[data-step]');
      for (let tab = 0; tab < tabs; tab += 1) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), id);
      assert.match(page.url(), /#\/lesson\/5\/step\/1$/, 'the address stays');
    }
    await close();
  });

  test('a menu and a dialog give the focus back', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: { viewport: DESKTOP } });
    const keyboard = new Keyboard(page);
    await keyboard.walkTo('n3');
    await keyboard.press('Shift+F10');
    await page.waitForFunction(() => document.activeElement.matches('[role=menuitem]'));
    await keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement.dataset.node === 'n3');
    await keyboard.tabTo('[data-help-button]');
    await keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.closest('dialog'));
    await keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement.matches('[data-help-button]'));
    await close();
  });

  test('what happens is said, politely', async () => {
    const { page, close } = await site.open('#/lesson/5/step/1', { context: { viewport: DESKTOP } });
    const voice = page.locator('[data-voice]');
    assert.equal(await voice.getAttribute('aria-live'), 'polite');
    await page.evaluate(() => {
      globalThis.said = [];
      const region = document.querySelector('[data-voice]');
      new MutationObserver(() => globalThis.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
    });
    await new Mouse(page).click('n2-n4');
    await page.waitForFunction(() => globalThis.said.some((text) => text.includes('every member can still reach every other')));
    await page.waitForFunction(() => globalThis.said.some((text) => /cut/i.test(text) && text.includes('n2')));
    await close();
  });
});
