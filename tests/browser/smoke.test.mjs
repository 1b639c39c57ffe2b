// The built page starts: under any path, without a word in the console, and without asking any other host.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { APP, openSite } from './page.mjs';

for (const path of ['/', '/some/where/']) {
  describe(`the page under ${path}`, () => {
    let site;
    before(async () => {
      site = await openSite({ path });
    });
    after(() => site?.close());

    test('mounts and shows something to read', async () => {
      const { page, close } = await site.open();
      assert.notEqual((await page.locator(APP).innerText()).trim(), '');
      assert.notEqual((await page.title()).trim(), '');
      await close();
    });

    test('says nothing in the console and asks no other host', async () => {
      const { page, problems, close } = await site.open();
      await page.waitForLoadState('networkidle');
      assert.deepEqual(problems(), []);
      await close();
    });

    test('starts at a deep link and stays where it is served', async () => {
      const { page, problems, close } = await site.open('#/lesson/1/step/1');
      assert.equal(new URL(page.url()).pathname, path);
      assert.deepEqual(problems(), []);
      await close();
    });
  });
}
