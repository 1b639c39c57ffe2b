// The page and the headless runner do the very same run: one hash for the same scenario, seed, commands and moment.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Mouse } from './learner.mjs';
import { openSite } from './page.mjs';
import { buildRunner, run } from './runner.mjs';

let runner;

/** The report of a scenario's run until a moment, with what is done in it. */
async function reportOf({ scenario, until, commands = [] }) {
  const done = commands.flatMap((line) => ['--do', line]);
  return JSON.parse(await run(runner, ['run', scenario, '--until', until, ...done, '--format', 'json']));
}

/** The names of all built-in scenarios, as the page lists them. */
async function scenariosOf(site) {
  const { page, close } = await site.open('#/');
  const names = await page.locator('[data-lab]').evaluateAll((all) => all.map((link) => link.dataset.lab));
  await close();
  return names;
}

/** Lets the run at hand go on for a while, and pauses it. */
async function watch(page, milliseconds) {
  await page.getByTestId('play').click();
  await page.waitForTimeout(milliseconds);
  await page.getByTestId('play').click();
}

/** Asks the first node for the first thing that the page offers to ask of it, and says by which command. */
async function askFirst(page, scenario) {
  const offer = page.locator('[data-request]').first();
  const { nodes } = JSON.parse(await run(runner, ['show', scenario]));
  const asked = await offer.getAttribute('data-request');
  await offer.click();
  return `request ${nodes[0].name} "${asked}"`;
}

/** The hash that the page shows, and the moment that it is the hash of. Nothing may be selected. */
function shown(page) {
  return page.locator('[data-run-hash]').evaluate((it) => ({ hash: it.dataset.runHash, until: it.dataset.runUntil }));
}

describe('the page and the headless runner', () => {
  let site;
  before(async () => {
    runner = await buildRunner();
    site = await openSite();
  });
  after(() => site?.close());

  test('do the same run of every scenario', async () => {
    const names = await scenariosOf(site);
    assert.ok(names.length >= 3, `few scenarios: ${names}`);
    for (const scenario of names) {
      const { page, problems, close } = await site.open(`#/lab/${scenario}`);
      await page.getByTestId('speed').selectOption('2');
      // Where the first event comes late, as long as it takes, within reason; where nothing happens by itself, it is asked for.
      const commands = [];
      let hash, until, report;
      for (let tries = 0; tries < 10 && !report?.events; tries += 1) {
        if (tries === 5) commands.push(`${until} ${await askFirst(page, scenario)}`);
        await watch(page, 1_500);
        ({ hash, until } = await shown(page));
        assert.notEqual(until, '0s');
        report = await reportOf({ scenario, until, commands });
      }
      assert.ok(report.events > 0, `${scenario}: nothing happened until ${until}`);
      assert.equal(hash, report.hash, `${scenario} at ${until}`);
      assert.deepEqual(problems(), []);
      await close();
    }
  });

  test('do the same run when links are cut, nodes crash and things are asked for', async () => {
    const { page, problems, close } = await site.open('#/lab/partition');
    const mouse = new Mouse(page);
    const commands = [];
    const act = async (line, deed) => {
      await watch(page, 700);
      const { hash, until } = await shown(page);
      assert.equal(hash, (await reportOf({ scenario: 'partition', until, commands })).hash, `before ${line}`);
      commands.push(`${until} ${line}`);
      await deed();
    };
    await act('cut n2-n4', () => mouse.click('n2-n4'));
    await act('cut n3-n7', () => mouse.click('n3-n7'));
    await act('crash n5', () => mouse.click('n5'));
    await act('request n1 "write x=1"', () => page.locator('[data-request="write x={n}"]').click());
    await act('restart n5', () => mouse.click('n5'));
    await act('heal n2-n4 cut', () => mouse.click('n2-n4'));
    await watch(page, 2_000);
    const { hash, until } = await shown(page);
    assert.equal(hash, (await reportOf({ scenario: 'partition', until, commands })).hash, commands.join(', '));
    const without = await reportOf({ scenario: 'partition', until, commands: commands.slice(1) });
    assert.notEqual(hash, without.hash, 'the hash tells runs apart');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('do the same run when it is taken apart and picked by hand', async () => {
    const { page, problems, close } = await site.open('#/lab/partition');
    await watch(page, 700);
    const { until } = await shown(page);
    await page.getByTestId('apart').click();
    const commands = [];
    const pick = async (deed, line) => {
      const row = page.locator('[data-row]', { has: page.locator(`[data-deed=${deed}]`) }).first();
      const key = await row.getAttribute('data-row');
      commands.push(`${until} ${line(key.replace(/#0$/, ''))}`);
      const { hash } = await shown(page);
      await row.locator(`[data-deed=${deed}]`).click();
      await page.waitForFunction((was) => document.querySelector('[data-run-hash]').dataset.runHash !== was, hash);
    };
    await pick('fire', (key) => `fire ${key}`);
    await pick('deliver', (key) => `deliver ${key}`);
    await pick('copy', (key) => `copy ${key}`);
    await pick('delay', (key) => `postpone ${key} 50ms`);
    await pick('drop', (key) => `drop ${key}`);
    await page.locator('[data-whole]').click();
    await watch(page, 1_000);
    const end = await shown(page);
    assert.equal(end.hash, (await reportOf({ scenario: 'partition', until: end.until, commands })).hash, commands.join(', '));
    const without = await reportOf({ scenario: 'partition', until: end.until, commands: commands.slice(1) });
    assert.notEqual(end.hash, without.hash);
    assert.deepEqual(problems(), []);
    await close();
  });

  test('do the same run when a control was changed', async () => {
    const { page, close } = await site.open('#/lab/partition');
    await page.locator('[data-control=mode] label', { hasText: 'consistent' }).click();
    await watch(page, 1_500);
    const { hash, until } = await shown(page);
    const commands = [1, 2, 3, 4, 5, 6, 7].map((number) => `0s set n${number} mode consistent`);
    assert.equal(hash, (await reportOf({ scenario: 'partition', until, commands })).hash);
    await close();
  });

  test('going back and forth in time changes nothing', async () => {
    const { page, close } = await site.open('#/lab/partition');
    await new Mouse(page).click('n2-n4');
    await page.getByTestId('speed').selectOption('3');
    await watch(page, 800);
    const end = await shown(page);
    await page.getByTestId('timeline').fill('400');
    const earlier = await shown(page);
    assert.notEqual(earlier.hash, end.hash);
    assert.equal(earlier.hash, (await reportOf({ scenario: 'partition', until: earlier.until, commands: ['0s cut n2-n4'] })).hash);
    await page.getByTestId('reset').click();
    assert.equal((await shown(page)).until, '0s');
    for (let steps = 0; (await shown(page)).hash !== end.hash; steps += 1) {
      assert.ok(steps < 2_000, 'the same events do not come again');
      await page.keyboard.press('.');
    }
    await close();
  });
});
