// The run taken apart: a learner picks by hand what happens next, waits for what they want to see, and looks into what a
// single event changed; by mouse, by fingers and by keys.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Keyboard, selectorOf } from './learner.mjs';
import { accessibilityViolations, openSite } from './page.mjs';

const DESKTOP = { viewport: { width: 1280, height: 720 } };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

/** The rows of what can happen next: what commands call each, and what it says. */
const rows = (page) =>
  page.locator('[data-row]').evaluateAll((all) =>
    all.map((row) => ({ key: row.dataset.row, says: [...row.querySelectorAll('.next-main span')].map((part) => part.innerText).join(', ') })),
  );

/** The row that begins with these words. */
async function find(page, words) {
  const all = await rows(page);
  const found = all.find(({ says }) => says.startsWith(words));
  assert.ok(found, `nothing says “${words}”: ${all.map(({ says }) => says).join('; ')}`);
  return found;
}

const rowOf = (page, { key }) => page.locator(`[data-row="${key}"]`);

/** Waits until a row is gone, or says something else. */
const changes = (page, { key, says }) =>
  page.waitForFunction(
    ([known, said]) => {
      const parts = document.querySelectorAll(`[data-row="${known}"] .next-main span`);
      return [...parts].map((part) => part.innerText).join(', ') !== said;
    },
    [key, says],
  );

/** Lets what begins with these words happen, hop by hop, until nothing says so any more. */
async function happen(page, words) {
  await find(page, words);
  for (let hops = 0; hops < 9; hops += 1) {
    const row = (await rows(page)).find(({ says }) => says.startsWith(words));
    if (!row) return;
    await rowOf(page, row).locator('[data-deed=deliver], [data-deed=fire]').click();
    await changes(page, row);
  }
}

async function select(page, node) {
  await page.locator(selectorOf(node)).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Look at it' }).click();
  await page.getByTestId('inspector').locator('h2', { hasText: node }).waitFor();
}

async function ask(page, node, request) {
  await select(page, node);
  await page.locator('form.ask input').fill(request);
  await page.locator('form.ask button').click();
}

/** The log's sentences, the oldest first. */
async function log(page, topic = 'everything') {
  await page.locator('#tab-log').click();
  await page.getByTestId('log-topic').selectOption(topic);
  const said = await page.locator('.log-sentence').allInnerTexts();
  await page.locator('#tab-next').click();
  return said;
}

const inOrder = (said, ...wanted) => {
  const places = wanted.map((words) => said.findIndex((sentence) => sentence.includes(words)));
  assert.ok(places.every((place) => place >= 0), `${wanted} in ${said.join('\n')}`);
  assert.deepEqual(places, [...places].sort((a, b) => a - b), said.join('\n'));
};

describe('by mouse', () => {
  test('two writes are put in another order than they were asked for, and one of their messages is dropped', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.locator('[data-control=mode] label', { hasText: 'consistent' }).click();
    await page.getByTestId('apart').click();
    await page.waitForSelector('[data-next-panel][data-apart=true]');
    await ask(page, 'n1', 'write x=4');
    await ask(page, 'n3', 'write x=5');
    // The second one first: from four of seven members it knows that there is nothing newer, and four keep it.
    for (const peer of ['n1', 'n2', 'n7']) await happen(page, `read?, n3 → ${peer}`);
    for (const peer of ['n1', 'n2', 'n7']) await happen(page, `x=–, ${peer} → n3`);
    await happen(page, 'disk sync, sync 1, n3');
    for (const peer of ['n1', 'n2', 'n7']) await happen(page, `write x=5, n3 → ${peer}`);
    for (const peer of ['n1', 'n2', 'n7']) await happen(page, `disk sync, sync 1, ${peer}`);
    const ack = await find(page, 'ack, n1 → n3');
    await rowOf(page, ack).locator('[data-deed=drop]').click();
    await changes(page, ack);
    for (const peer of ['n2', 'n7']) await happen(page, `ack, ${peer} → n3`);
    assert.ok(!(await log(page, 'notes')).some((sentence) => sentence.includes('accepted')), 'three of seven are no majority');
    // What was dropped is taken back, and then it is one.
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+Z');
    for (const peer of ['n1', 'n2', 'n7']) await happen(page, `ack, ${peer} → n3`);
    inOrder(await log(page), 'deliver m6, “read?” from n3 to n1', 'x=5 is accepted');
    assert.equal((await log(page)).some((sentence) => sentence.includes('x=4 is accepted')), false);
    assert.equal(await page.getByTestId('clock').innerText(), '0\u00a0ms', 'all this took no time');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('a message is delayed, duplicated and dropped, and says afterwards what became of it', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.getByTestId('apart').click();
    await ask(page, 'n3', 'write x=4');
    await happen(page, 'disk sync, put x=4, n3').catch(() => happen(page, 'disk sync'));
    await page.getByTestId('next-only').selectOption('work');
    const row = await find(page, 'write x=4, n3 → n7');
    assert.match(row.says, /in 100\u00a0ms/);
    await page.getByTestId('next-delay').selectOption('100');
    await rowOf(page, row).locator('[data-deed=delay]').click();
    await changes(page, row);
    const later = await find(page, 'write x=4, n3 → n7');
    assert.match(later.says, /in 350\u00a0ms/, 'a second of watching is 250 ms');
    const count = (await rows(page)).length;
    await rowOf(page, later).locator('[data-deed=copy]').click();
    await page.waitForFunction((wanted) => document.querySelectorAll('[data-row]').length === wanted, count + 1);
    // The copy stands right below its original, and goes where it goes.
    await rowOf(page, later).locator('.next-main').click();
    await page.locator('[data-way]').waitFor();
    await rowOf(page, later).locator('[data-deed=drop]').click();
    await changes(page, later);
    const way = await page.locator('[data-way] li').allInnerTexts();
    assert.equal(way.length, 3, way.join('; '));
    assert.match(way[0], /n3 sends it/);
    assert.match(way[1], /copied: m\d+/);
    assert.match(way[2], /lost on n3 → n7: taken away by hand/);
    // Its way leads back to where it set out, and what is to come is known.
    await page.locator('[data-way] button').first().click();
    await page.waitForSelector('[data-way] .to-come');
    await page.locator('[data-way] button').last().click();
    await page.waitForFunction(() => !document.querySelector('[data-way] .to-come'));
    const inspector = page.getByTestId('inspector');
    assert.match(await inspector.innerText(), /Written|Store/, 'what it said is still to be read');
    assert.ok((await inspector.locator('.hex-row').count()) > 0, 'and so are its bytes');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('pointing at a row shows its message on the stage', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: { ...DESKTOP, reducedMotion: 'reduce' } });
    await page.getByTestId('apart').click();
    await ask(page, 'n3', 'write x=4');
    await happen(page, 'disk sync');
    await page.getByTestId('next-only').selectOption('work');
    await page.mouse.move(5, 5);
    const picture = () =>
      page.evaluate(async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return document.querySelectorAll('canvas.stage-sheet')[1].toDataURL();
      });
    const before = await picture();
    await rowOf(page, await find(page, 'write x=4, n3 → n7')).hover();
    const pointed = await picture();
    assert.notEqual(pointed, before);
    await rowOf(page, await find(page, 'write x=4, n3 → n2')).hover();
    assert.notEqual(await picture(), pointed, 'another message, another place');
    await close();
  });

  test('the run pauses on a property, and on what happens at a node, until it is told not to', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.locator('#tab-next').click();
    const add = page.getByTestId('break-add');
    await add.selectOption({ label: await add.locator('option', { hasText: 'The islands disagree about x' }).innerText() });
    await page.waitForSelector('[data-break-row]');
    await page.locator(selectorOf('n2-n4')).click();
    await page.locator(selectorOf('n3-n7')).click();
    await ask(page, 'n1', 'write x=4');
    await page.getByTestId('speed').selectOption('4');
    await page.getByTestId('play').click();
    await page.waitForSelector('.paused-on');
    assert.match(await page.getByTestId('pace').innerText(), /The islands disagree about x/);
    assert.equal(await page.getByTestId('play').getAttribute('aria-label'), 'Play');
    assert.equal(await page.locator('[data-property=islands-disagree]').getAttribute('data-standing'), 'reached');
    // A node beside it: the very next thing there.
    await select(page, 'n6');
    await page.getByTestId('inspector').locator('[data-break]').click();
    assert.equal(await page.locator('[data-break-row]').count(), 2);
    await page.getByTestId('play').click();
    await page.waitForSelector('.paused-on');
    assert.match(await page.getByTestId('pace').innerText(), /n6/);
    // Switched off and removed, nothing stops it.
    await page.locator('[data-break-row] input').last().uncheck();
    await page.locator('[data-break-row] button').first().click();
    assert.equal(await page.locator('[data-break-row]').count(), 1);
    const clock = await page.getByTestId('clock').innerText();
    await page.getByTestId('play').click();
    await page.waitForFunction((was) => document.querySelector('[data-testid=clock]').innerText !== was, clock);
    assert.equal(await page.locator('.paused-on').count(), 0);
    await page.getByTestId('play').click();
    assert.deepEqual(problems(), []);
    await close();
  });

  test('a kind of message is waited for from its own details', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.getByTestId('apart').click();
    await ask(page, 'n3', 'write x=4');
    await happen(page, 'disk sync');
    await rowOf(page, await find(page, 'write x=4, n3 → n7')).locator('.next-main').click();
    await page.getByTestId('inspector').locator('[data-break]').click();
    await page.getByTestId('play').click();
    await page.waitForSelector('.paused-on');
    assert.match(await page.getByTestId('pace').innerText(), /write x=4/);
    assert.equal(await page.locator('[data-next-panel]').getAttribute('data-apart'), 'false', 'who plays has left the mode');
    await close();
  });

  test('what the last event changed is marked in words, and two moments stand side by side', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    await page.getByTestId('apart').click();
    await select(page, 'n3');
    const inspector = page.getByTestId('inspector');
    assert.equal(await inspector.locator('[data-was]').count(), 0, 'nothing has happened');
    await inspector.locator('summary', { hasText: 'Two moments' }).click();
    await inspector.locator('[data-remember]').click();
    await inspector.locator('[data-differing="0"]').waitFor();
    await page.locator('form.ask input').fill('write x=4');
    await page.keyboard.press('Enter');
    await happen(page, 'disk sync');
    assert.match(await inspector.locator('[data-changed-by]').innerText(), /Changed by the last event/);
    assert.match(await inspector.locator('[data-was]').first().innerText(), /^was |^new$/);
    const differing = Number(await inspector.locator('[data-differing]').getAttribute('data-differing'));
    assert.ok(differing >= 2, `${differing} differences`);
    const signs = await inspector.locator('[data-moments] tr.differs .sign').count();
    assert.equal(signs, differing, 'what differs has a sign, not a colour alone');
    // One step back, and what is marked is what the event before changed.
    const changedBy = () => inspector.locator('[data-changed-by]').allInnerTexts();
    const [last] = await changedBy();
    await page.getByTestId('step-back').click();
    await page.waitForFunction((was) => document.querySelector('[data-changed-by]')?.innerText !== was, last);
    await page.getByTestId('step').click();
    await page.waitForFunction((was) => document.querySelector('[data-changed-by]')?.innerText === was, last);
    await select(page, 'n2');
    assert.equal(await inspector.locator('[data-was]').count(), 0, 'what happened at n3 changed nothing here');
    assert.match(await inspector.locator('[data-moments] thead').innerText(), /n3 at[^]*n2 at/);
    await inspector.locator('[data-forget-moment]').click();
    await inspector.locator('[data-moments]').waitFor({ state: 'detached' });
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('by keys', () => {
  test('the list is walked by arrows, and each key does what the help says', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: DESKTOP });
    const focused = () => page.evaluate(() => document.activeElement.closest('[data-row]')?.dataset.row);
    await page.keyboard.press('t');
    await page.waitForFunction(() => document.activeElement.matches('.next-main'));
    const timers = await rows(page);
    assert.equal(timers.length, 7, 'every member waits to beat');
    assert.equal(await focused(), timers[0].key);
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), timers[1].key);
    await page.keyboard.press('End');
    assert.equal(await focused(), timers[6].key);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await changes(page, timers[0]);
    const first = () => document.activeElement === document.querySelector('[data-row] .next-main');
    await page.waitForFunction(first);
    // The beats of that member are on their way now. D, C and X do to the row at hand what its buttons say.
    const beat = (await rows(page)).find(({ key }) => key.startsWith('m'));
    for (let steps = 0; (await focused()) !== beat.key; steps += 1) {
      assert.ok(steps < 40, `arrow keys do not come to ${beat.key}`);
      await page.keyboard.press(steps === 0 ? 'Home' : 'ArrowDown');
    }
    await page.keyboard.press('d');
    await changes(page, beat);
    assert.equal(await focused(), beat.key, 'what is delayed keeps the focus');
    const before = (await rows(page)).length;
    await page.keyboard.press('c');
    await page.waitForFunction((wanted) => document.querySelectorAll('[data-row]').length === wanted, before + 1);
    await page.keyboard.press('x');
    await page.waitForFunction((key) => !document.querySelector(`[data-row="${key}"]`), beat.key);
    await page.waitForFunction(() => document.activeElement.matches('.next-main'));
    const said = await log(page, 'faults');
    inOrder(said, 'you: fire', 'you: postpone m', 'you: copy m', 'you: drop m');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('Tab leads to the buttons of one row, and Space lets time pass again', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: DESKTOP });
    const keys = new Keyboard(page);
    await keys.tabTo('[data-testid=apart]');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement.matches('.next-main'));
    const [first] = await rows(page);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.deed), 'fire');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.dataset.deed), 'delay');
    await page.keyboard.press('Enter');
    await changes(page, first);
    await keys.tabTo('[data-testid=play]');
    await page.keyboard.press('t');
    await page.waitForSelector('[data-next-panel][data-apart=false]');
    await page.keyboard.press('t');
    await page.waitForSelector('[data-next-panel][data-apart=true]');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press(' ');
    await page.waitForSelector('[data-next-panel][data-apart=false]');
    await page.waitForFunction(() => document.querySelector('[data-testid=play]').getAttribute('aria-label') === 'Pause');
    await close();
  });

  test('something to pause on is set at a node without a mouse', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: DESKTOP });
    const keys = new Keyboard(page);
    await keys.walkTo('n1');
    await page.keyboard.press('Shift+F10');
    await page.waitForFunction(() => document.activeElement?.matches('[role=menuitem]'));
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByTestId('inspector').locator('.heading').waitFor();
    await keys.tabTo('[data-testid=inspector] [data-break]');
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('[data-testid=inspector] [data-break]').getAttribute('aria-pressed'), 'true');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press(' ');
    await page.waitForSelector('.paused-on');
    assert.match(await page.getByTestId('pace').innerText(), /n1/);
    await close();
  });
});

describe('by fingers', () => {
  test('a phone has the same list, large enough to touch', async () => {
    const { page, problems, close } = await site.open('#/lab/partition', { context: PHONE });
    await page.locator('.sheet-buttons button').nth(1).tap();
    await page.locator('#tab-next').tap();
    await page.locator('[data-take-apart]').tap();
    const [first, second] = await rows(page);
    for (const deed of await rowOf(page, first).locator('button').all()) {
      const box = await deed.boundingBox();
      assert.ok(box.height >= 43.5 && box.width >= 43.5, JSON.stringify(box));
    }
    await rowOf(page, first).locator('[data-deed=fire]').tap();
    await changes(page, first);
    await rowOf(page, second).locator('[data-deed=delay]').tap();
    await changes(page, second);
    const beat = (await rows(page)).find(({ key }) => key.startsWith('m'));
    await rowOf(page, beat).locator('.next-main').tap();
    await page.waitForSelector(`[data-row="${beat.key}"].selected`);
    await rowOf(page, beat).locator('[data-deed=drop]').tap();
    await page.waitForFunction((key) => !document.querySelector(`[data-row="${key}"]`), beat.key);
    const [content, room] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
    assert.ok(content <= room, `${content} pixels wide in ${room}`);
    assert.deepEqual(problems(), []);
    await close();
  });
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing in ${colorScheme}`, async () => {
    const context = { ...DESKTOP, colorScheme, reducedMotion: 'reduce' };
    const { page, close } = await site.open('#/lab/partition', { context });
    await page.locator('#tab-next').click();
    assert.deepEqual(await accessibilityViolations(page), [], 'before');
    await page.keyboard.press('t');
    await ask(page, 'n3', 'write x=4');
    await happen(page, 'disk sync');
    await page.getByTestId('break-add').selectOption({ index: 1 });
    await page.locator('[data-testid=inspector] [data-break]').first().click();
    await page.locator('summary', { hasText: 'Two moments' }).click();
    await page.locator('[data-remember]').click();
    const row = await find(page, 'write x=4, n3 → n7');
    await page.locator(selectorOf('n3-n7')).click();
    await page.waitForSelector('.next-row.lost');
    assert.deepEqual(await accessibilityViolations(page), [], 'taken apart');
    await rowOf(page, row).locator('.next-main').click();
    await page.locator('[data-way]').waitFor();
    assert.deepEqual(await accessibilityViolations(page), [], 'a message');
    await close();
  });
}
