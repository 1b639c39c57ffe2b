// What a protocol's runs call comes in a part of the module, with its words. A step or a lab asks for the parts that it needs and for
// no others; until they are here, or if they never come, the page says so and all else works.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Learner, Mouse, STEPS, selectorOf, stepsOf } from './learner.mjs';
import { openSite } from './page.mjs';

const DESKTOP = { width: 1280, height: 800 };

/** Each protocol with the scenarios that run it, as the program has them. */
const source = await readFile(new URL('../../src/scenarios/parts.rs', import.meta.url), 'utf8');
const PARTS = [...source.matchAll(/\("(\w+)", &\[([^\]]*)\]\)/g)].map(([, part, names]) => [part, names.match(/[\w-]+/g)]);

/** The lessons that are open, and all scenarios. */
const LESSONS = [...new Set(Object.keys(STEPS).map((step) => Number(step.split('/')[0])))];
const SCENARIOS = [...new Set(PARTS.flatMap(([, names]) => names))];

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

const nameOf = (request) => /_(\w+)\.wasm$/.exec(request.url())?.[1] ?? /words\/\w+-(\w+)\./.exec(request.url())?.[1];

/** A visitor to whom only those parts come of which `comes` says so; which were asked for is noted. */
async function open(fragment, comes, options = {}) {
  const asked = new Set();
  const hold = (context) =>
    context.route(/_(?!bg\b)\w+\.wasm$|\/words\//, (route) => {
      const name = nameOf(route.request());
      asked.add(name);
      return comes(name) ? route.continue() : route.abort();
    });
  const visit = await site.open(fragment, { context: { viewport: DESKTOP }, before: hold, ...options });
  // What is held back is the only thing that the page may complain of.
  const troubles = () => visit.problems().filter((problem) => !/ERR_FAILED|_\w+\.wasm|words\//.test(problem));
  return { ...visit, asked, troubles };
}

async function assertWell({ page, troubles }, what) {
  assert.equal(await page.locator('.crash').count(), 0, `the program failed: ${what}`);
  assert.deepEqual(troubles(), [], what);
}

/** Words that are not here are shown as three dots. */
async function assertAllWords(page) {
  const missing = await page.evaluate(() =>
    [...document.querySelectorAll('*')].filter((it) => it.innerText?.trim() === '…' && !it.matches('.sign')).map((it) => it.outerHTML),
  );
  assert.deepEqual(missing, [], 'words are missing');
}

/** The parts that a scenario needs. */
const needed = (scenario) => PARTS.filter(([, names]) => names.includes(scenario)).map(([part]) => part);

async function goTo(page, hash) {
  await page.evaluate((it) => {
    location.hash = it;
  }, hash);
}

/**
 * Opens a place with only the parts of protocols that it asks for by itself, before the page comes to rest and fetches the others.
 * The rest of the page comes when it is asked for.
 */
async function openWithOnlyItsOwn(fragment) {
  let closed = false;
  const own = new Set();
  const comes = (name) => {
    if (!closed && name !== 'rest') own.add(name);
    return name === 'rest' || own.has(name);
  };
  const visit = await open(fragment, comes);
  await visit.page.locator('[data-thing]').first().waitFor({ state: 'attached' });
  closed = true;
  return { ...visit, own: [...own] };
}

/** So many steps with the same parts are solved. What the others check is in the same parts; that these come is seen of all. */
const SOLVED_OF_EACH = 2;

describe('with only the parts that it asks for', () => {
  const solved = new Map();
  for (const lesson of LESSONS) {
    const steps = stepsOf(lesson);
    for (const [index, step] of steps.entries()) {
      test(`step ${step} is there, and solved if few with its parts were`, async () => {
        const visit = await openWithOnlyItsOwn(`#/lesson/${lesson}/step/${index + 1}`);
        assert.ok(visit.own.length > 0 && visit.own.length < PARTS.length, `${visit.own}`);
        const parts = visit.own.toSorted().join();
        solved.set(parts, (solved.get(parts) ?? 0) + 1);
        if (solved.get(parts) <= SOLVED_OF_EACH) {
          const learner = new Learner(visit.page, new Mouse(visit.page));
          await learner.hand.fastest();
          await learner.solve(step);
        }
        await assertAllWords(visit.page);
        await assertWell(visit, step);
        await visit.close();
      });
    }
  }

  for (const scenario of SCENARIOS) {
    test(`the lab ${scenario} is run, broken and mended`, async () => {
      const visit = await openWithOnlyItsOwn(`#/lab/${scenario}`);
      // A thousand nodes take so long to be there that the page may be at rest by then, and fetch what comes next.
      const own = scenario === 'stress' ? visit.own.filter((part) => needed(scenario).includes(part)) : visit.own;
      assert.deepEqual(own.sort(), needed(scenario).sort());
      const { page } = visit;
      await page.getByTestId('play').click();
      if (scenario !== 'stress') {
        const things = await page.locator('[data-thing]').evaluateAll((all) => all.map((it) => it.dataset.node ?? it.dataset.link));
        for (const thing of things.slice(0, 12)) {
          // By keys: where links cross, one lies over the other.
          await page.locator(selectorOf(thing)).focus();
          await page.keyboard.press('Enter');
        }
        for (const button of await page.locator('[data-testid=requests] button, .requests button').all()) {
          if (await button.isVisible()) await button.click();
        }
      }
      await page.waitForTimeout(2_000);
      await page.getByTestId('log-topic').selectOption('everything');
      const deeds = scenario === 'stress' ? [] : ['undo', 'redo'];
      for (const button of ['step', 'step-back', ...deeds, 'reset', 'play']) await page.getByTestId(button).click();
      await page.waitForTimeout(500);
      await assertAllWords(page);
      await assertWell(visit, scenario);
      await visit.close();
    });
  }
});

describe('without a part', () => {
  for (const [part, [scenario]] of PARTS) {
    for (const missing of ['wasm', 'words']) {
      test(`what needs ${part} says so if its ${missing} do not come, and goes on when they do`, async () => {
        let held = true;
        const visit = await open(`#/lab/${scenario}`, () => true, {
          before: (context) =>
            context.route(missing === 'wasm' ? `**/*_${part}.wasm` : `**/words/*-${part}.*`, (route) =>
              held ? route.abort() : route.continue(),
            ),
          mounted: false,
        });
        const { page } = visit;
        await page.locator('[data-part-failed]').waitFor();
        assert.equal(await page.locator('[data-thing]').count(), 0);
        await goTo(page, '#/');
        await page.locator('[data-lab]').first().waitFor();
        await goTo(page, `#/lab/${scenario}`);
        await page.locator('[data-part-failed]').waitFor();
        held = false;
        await page.locator('[data-part-failed] button').click();
        await page.locator('[data-thing]').first().waitFor({ state: 'attached' });
        await page.getByTestId('play').click();
        await assertWell(visit, part);
        await visit.close();
      });
    }
  }

  test('one goes quickly to and fro while parts are on their way, and nothing of what was done is lost', async () => {
    let late = 0;
    const visit = await open('#/lab/partition', () => true, {
      before: (context) =>
        context.route('**/*_key_value.wasm', async (route) => {
          late += 1;
          await new Promise((done) => setTimeout(done, 1_500));
          await route.continue();
        }),
    });
    const { page } = visit;
    await page.locator(selectorOf('n2-n4')).waitFor({ state: 'attached' });
    await new Mouse(page).click('n2-n4');
    await page.locator('[data-link=n2-n4][data-state=cut]').waitFor({ state: 'attached' });
    for (const hash of ['#/lesson/1/step/1', '#/lesson/1/step/3', '#/lab/partition', '#/lesson/1/step/2', '#/', '#/lesson/1/step/7']) {
      await goTo(page, hash);
      await page.waitForTimeout(40);
      await page.keyboard.press('n');
    }
    await goTo(page, '#/lesson/1/step/2');
    await page.locator('[data-step=no-answer]').waitFor();
    await page.locator(selectorOf('s1')).waitFor({ state: 'attached' });
    await goTo(page, '#/lab/partition');
    await page.locator('[data-link=n2-n4][data-state=cut]').waitFor({ state: 'attached' });
    await page.keyboard.press('Control+z');
    await page.locator('[data-link=n2-n4][data-state=up]').waitFor({ state: 'attached' });
    assert.equal(late, 1, 'a part is fetched once');
    await assertWell(visit, 'to and fro');
    await visit.close();
  });
});
