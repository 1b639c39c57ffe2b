// The test of a lesson from its first step to its last and back, the same for every pair of hands.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CONTINUING, Learner, look, stepsOf } from './learner.mjs';
import { openSite } from './page.mjs';

/** Declares the tests of a lesson, done with a pair of hands. */
export function takeLesson(lesson, name, handsOf) {
  describe(`lesson ${lesson} by ${name}`, () => {
    const steps = stepsOf(lesson);
    const left = new Map();
    let site, visit, learner;
    before(async () => {
      site = await openSite();
      visit = await site.open(`#/lesson/${lesson}`, { context: { viewport: { width: 1280, height: 800 } } });
      learner = new Learner(visit.page, handsOf(visit.page));
      await learner.hand.fastest();
    });
    after(() => site?.close());

    for (const [index, step] of steps.entries()) {
      test(`step ${step} is solved`, async () => {
        const { page } = visit;
        const found = await look(page);
        if (CONTINUING.includes(step)) {
          const before = left.get(steps[index - 1]);
          assert.deepEqual([found.clock, found.things], [before.clock, before.things], 'it goes on with the run before');
        } else {
          assert.match(found.clock, /^0(\.0+)?\s(ms|s)$/, 'a step starts at the beginning, paused');
        }
        await learner.solve(step);
        left.set(step, await look(page));
        if (index + 1 < steps.length) await learner.next();
      });
    }

    test('Back leads to every step as it was left', async () => {
      for (const step of steps.slice(0, -1).reverse()) {
        await learner.back();
        assert.deepEqual(await look(visit.page), left.get(step), step);
      }
      await learner.next();
      assert.deepEqual(await look(visit.page), left.get(steps[1]), 'and so does Next');
    });

    test('the page said nothing in the console and asked no other host', () => {
      assert.deepEqual(visit.problems(), []);
    });
  });
}
