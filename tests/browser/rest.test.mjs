// What is shown only on request comes in the rest of the module. Until it is here, or if it never comes, all else works, and what
// needs it says so.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Learner, Mouse, selectorOf, stepsOf } from './learner.mjs';
import { openSite } from './page.mjs';

const DESKTOP = { width: 1280, height: 800 };

let site;
before(async () => {
  site = await openSite();
});
after(() => site?.close());

/** Drops a run on the page. */
async function drop(page) {
  const dataTransfer = await page.evaluateHandle(() => {
    const run = { netsplit_run: 1, scenario: 'partition', branches: [{ deeds: ['1s cut n2-n4'] }] };
    const data = new DataTransfer();
    data.items.add(new File([JSON.stringify(run)], 'run.json', { type: 'application/json' }));
    return data;
  });
  await page.dispatchEvent('body', 'drop', { dataTransfer });
}

/** A visitor to whom the rest does not come before `let_come` is called. */
async function open(fragment) {
  let held = true;
  const hold = (context) => context.route('**/*_rest.wasm', (route) => (held ? route.abort() : route.continue()));
  const visit = await site.open(fragment, { context: { viewport: DESKTOP }, before: hold });
  const letCome = () => {
    held = false;
  };
  // What is held back is the only thing that the page may complain of.
  const troubles = () => visit.problems().filter((problem) => !problem.includes('_rest.wasm') && !problem.includes('ERR_FAILED'));
  return { ...visit, letCome, troubles };
}

async function assertWell({ page, troubles }, what) {
  assert.equal(await page.locator('.crash').count(), 0, `the program failed: ${what}`);
  assert.deepEqual(troubles(), [], what);
}

describe('without the rest of the module', () => {
  for (const step of ['1/one-computer', '1/server-crash', '5/two-islands', '5/both-answer']) {
    test(`step ${step} is solved`, async () => {
      const [lesson] = step.split('/');
      const visit = await open(`#/lesson/${lesson}/step/${stepsOf(Number(lesson)).indexOf(step) + 1}`);
      const learner = new Learner(visit.page, new Mouse(visit.page));
      await learner.solve(step);
      await assertWell(visit, step);
      await visit.close();
    });
  }

  test('a lab is broken, watched, stepped through and rewound', async () => {
    const visit = await open('#/lab/partition');
    const { page } = visit;
    const mouse = new Mouse(page);
    await page.getByTestId('play').click();
    await mouse.click('n2-n4');
    await page.locator('[data-link=n2-n4][data-state=cut]').waitFor({ state: 'attached' });
    await mouse.click('n6');
    await page.locator('[data-node=n6][data-state=crashed]').waitFor({ state: 'attached' });
    await page.getByTestId('play').click();
    await page.locator('#bottom-panel :is(.sheet-state, .fault)').waitFor();
    for (const button of ['step', 'step-back', 'undo', 'redo', 'reset']) await page.getByTestId(button).click();
    await page.keyboard.press('Control+z');
    for (const thing of ['n1', 'n2-n4']) await page.locator(selectorOf(thing)).focus();
    for (const place of ['#/', '#/glossary', '#/lesson/1/step/2', '#/lab/centralized', '#/nowhere', '#/lab/partition']) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, place);
      await page.waitForTimeout(100);
    }
    await assertWell(visit, 'a lab');
    await visit.close();
  });

  test('a file that is dropped is refused until it is here, and never takes the page away', async () => {
    const visit = await open('#/lab/centralized');
    const { page, letCome } = visit;
    await drop(page);
    await page.locator('.notice').first().waitFor();
    letCome();
    await drop(page);
    await page.waitForFunction(() => location.hash.startsWith('#/run/') && document.querySelector('[data-shared]'));
    await assertWell(visit, 'a dropped file');
    await visit.close();
  });

  test('what needs it says so, and comes when it is asked for again', async () => {
    const visit = await open('#/lab/partition');
    const { page, letCome } = visit;
    await page.locator('#tab-diagram').click();
    await page.locator('#bottom-panel [data-rest-failed]').waitFor();
    await page.locator('#tab-next').click();
    await page.locator('#bottom-panel [data-rest-failed]').waitFor();
    await page.locator('[data-share-button]').click();
    await page.locator('[data-share] [data-rest-failed]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator(selectorOf('n1')).click({ button: 'right' });
    await page.locator('.stage-menu [data-rest-failed]').waitFor();
    await page.locator('.stage-menu [data-rest-failed] button').focus();
    await page.keyboard.press('Escape');
    await page.locator('.stage-menu').waitFor({ state: 'detached' });
    await assertWell(visit, 'asked for what is not there');
    await page.locator('#tab-diagram').click();
    letCome();
    await page.locator('#bottom-panel [data-rest-failed] button').click();
    await page.getByTestId('diagram').waitFor();
    await page.waitForSelector('[data-needs-network=false]');
    await page.locator('[data-share-button]').click();
    await page.locator('[data-share-copy]').waitFor();
    await assertWell(visit, 'it came');
    await visit.close();
  });
});
