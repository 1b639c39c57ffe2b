// The page in all the places it must work in: from a phone to a projector, under a sub-path, with less motion, with storage
// refused, full or spoilt, and at addresses that lead nowhere.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Learner, Mouse, look, selectorOf } from './learner.mjs';
import { openSite } from './page.mjs';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

let site;
before(async () => {
  site = await openSite({ path: '/some/where/' });
});
after(() => site?.close());

/** Whether an element is in sight as a whole. */
async function assertInSight(page, selector) {
  const box = await page.locator(selector).first().boundingBox();
  const { width, height } = page.viewportSize();
  assert.ok(box, `${selector} is not shown`);
  const inside = box.x >= -0.5 && box.y >= -0.5 && box.x + box.width <= width + 0.5 && box.y + box.height <= height + 0.5;
  assert.ok(inside, `${selector} is out of sight: ${JSON.stringify(box)}`);
}

async function assertNoSidewaysScroll(page, where) {
  const [content, room] = await page.evaluate(() => [document.scrollingElement.scrollWidth, innerWidth]);
  assert.ok(content <= room, `${where}: ${content} pixels wide in ${room}`);
}

describe('on a phone', () => {
  test('nothing is wider than the screen', async () => {
    const { page, problems, close } = await site.open('#/', { context: PHONE });
    for (const fragment of ['#/', '#/glossary', '#/literature', '#/lesson/6', '#/nowhere', '#/lesson/1/step/1', '#/lesson/5/step/4', '#/lab/partition', '#/lab/stress']) {
      await page.evaluate((hash) => {
        location.hash = hash;
      }, fragment);
      await page.waitForTimeout(150);
      await assertNoSidewaysScroll(page, fragment);
    }
    assert.deepEqual(problems(), []);
    await close();
  });

  test('network, text, time and pages are in sight together', async () => {
    const { page, close } = await site.open('#/lesson/5/step/2', { context: PHONE });
    for (const part of ['[data-heading]', '[data-node=n1]', '[data-node=n6]', '[data-testid=play]', '[data-testid=clock]', '[data-next]', '[data-back]']) {
      await assertInSight(page, part);
    }
    await close();
  });

  test('a step is solved by fingers', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/2', { context: PHONE });
    await page.locator('[data-testid=play]').tap();
    for (const link of ['n2-n4', 'n3-n7']) await page.locator(selectorOf(link)).tap();
    await page.waitForSelector('[data-goal=two-islands][data-reached=true]');
    await page.locator('[data-next]').tap();
    await page.waitForSelector('[data-step=packets]');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('inspector and log come up as sheets, one at a time', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/2', { context: PHONE });
    const [inspector, log] = [page.locator('#inspector'), page.locator('#log')];
    assert.equal(await inspector.isVisible(), false);
    await page.locator('.sheet-buttons button').nth(0).tap();
    await inspector.waitFor({ state: 'visible' });
    await page.waitForFunction(() => document.activeElement.id === 'inspector');
    await page.locator('.sheet-buttons button').nth(1).tap();
    await log.waitFor({ state: 'visible' });
    await inspector.waitFor({ state: 'hidden' });
    await log.locator('.sheet-close').tap();
    await log.waitFor({ state: 'hidden' });
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('on a projector', () => {
  test('presenting leaves the network, the goal and the time, in larger type', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/2', { context: { viewport: { width: 1280, height: 720 } } });
    const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
    const width = async () => (await page.locator('#stage').boundingBox()).width;
    const [small, narrow] = [await size(), await width()];
    await page.locator('[data-present]').first().click();
    await page.locator('[data-caption]').waitFor();
    assert.ok((await size()) > small, 'type grows');
    assert.ok((await width()) > narrow * 1.3, 'the network has the room');
    assert.equal(await page.locator('header.bar').isVisible(), false);
    assert.equal(await page.locator('#lesson').isVisible(), false);
    for (const part of ['[data-caption]', '[data-node=n1]', '[data-node=n6]', '[data-testid=play]', '[data-caption] [data-next]']) await assertInSight(page, part);
    await assertNoSidewaysScroll(page, 'presenting');
    assert.match(await page.locator('[data-current-goal]').innerText(), /Cut links until two islands/);
    const mouse = new Mouse(page);
    await mouse.click('n2-n4');
    await mouse.click('n3-n7');
    await page.waitForFunction(() => document.querySelector('[data-current-goal]').innerText.trim() === '');
    await page.locator('[data-present-leave]').click();
    await page.locator('#lesson').waitFor({ state: 'visible' });
    assert.equal(await size(), small);
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('motion', () => {
  /** How many different pictures of a link there are while one message crosses it. */
  async function picturesOfACrossing(reducedMotion) {
    const { page, close } = await site.open('#/lesson/1/step/1', { context: { viewport: DESKTOP, reducedMotion } });
    const mouse = new Mouse(page);
    await page.getByTestId('speed').selectOption('-1');
    await mouse.request('c1 put x=1');
    await mouse.play();
    const pictures = await page.evaluate(watchLink, { link: selectorOf('s1-c1'), milliseconds: 2_000 });
    const moved = (await page.getByTestId('clock').innerText()) !== '0 ms';
    assert.ok(moved, 'time passes');
    await close();
    return pictures;
  }

  // Runs in the page: looks at the canvas along the middle of a link with every frame.
  function watchLink({ link, milliseconds }) {
    const canvas = document.querySelectorAll('canvas.stage-sheet')[1];
    const [pane, box] = [canvas, document.querySelector(link)].map((it) => it.getBoundingClientRect());
    const ratio = canvas.width / pane.width;
    const part = (start, length) => [start + length * 0.2, length * 0.6];
    const [x, width] = part(box.left - pane.left, box.width);
    const [y, height] = part(box.top - pane.top, box.height);
    const sketch = new OffscreenCanvas(Math.ceil(width * ratio), Math.ceil(height * ratio)).getContext('2d', { willReadFrequently: true });
    const seen = new Set();
    return new Promise((done) => {
      const end = performance.now() + milliseconds;
      const look = () => {
        const { width: across, height: down } = sketch.canvas;
        sketch.clearRect(0, 0, across, down);
        sketch.drawImage(canvas, x * ratio, y * ratio, across, down, 0, 0, across, down);
        seen.add(sketch.getImageData(0, 0, across, down).data.join());
        if (performance.now() < end) requestAnimationFrame(look);
        else done(seen.size);
      };
      requestAnimationFrame(look);
    });
  }

  test('messages glide, unless less motion is wanted: then they stand at stations', async () => {
    const gliding = await picturesOfACrossing('no-preference');
    const standing = await picturesOfACrossing('reduce');
    // An empty link and two stations, once there and once back.
    assert.ok(standing >= 2 && standing <= 6, `${standing} pictures of messages that stand`);
    assert.ok(gliding > 3 * standing, `only ${gliding} pictures of messages that glide`);
  });

  test('with less motion nothing of the page slides or fades', async () => {
    const { page, close } = await site.open('#/lesson/5/step/2', { context: { ...PHONE, reducedMotion: 'reduce' } });
    await page.locator('.sheet-buttons button').nth(0).tap();
    const longest = await page.evaluate(() =>
      Math.max(0, ...document.getAnimations().map((animation) => animation.effect.getComputedTiming().duration)),
    );
    assert.ok(longest <= 1, `something takes ${longest} ms`);
    await close();
  });

  test('the wish for less motion is followed while the page is open', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/2', { context: { viewport: DESKTOP } });
    await page.getByTestId('play').click();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.waitForTimeout(200);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.waitForTimeout(200);
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('colours', () => {
  const theme = (page) => page.locator('html').getAttribute('data-theme');
  const ink = (page) => page.evaluate(() => getComputedStyle(document.querySelector('h1')).color);

  test('follow the system, until somebody chooses; the choice stays', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/2', { context: { colorScheme: 'light' } });
    assert.equal(await theme(page), 'light');
    const light = await ink(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
    const button = page.locator('[data-theme-button]');
    await button.click();
    await button.click();
    assert.equal(await theme(page), 'dark');
    const dark = await ink(page);
    assert.notEqual(dark, light);
    await page.reload();
    await page.waitForSelector('[data-step]');
    assert.equal(await theme(page), 'dark');
    await button.click();
    assert.equal(await theme(page), 'light', 'as the system has it');
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('addresses', () => {
  test('a deep link opens its step, and survives a reload and the browser’s own way back', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/2');
    assert.equal(new URL(page.url()).pathname, '/some/where/');
    assert.equal(await page.locator('[data-step]').getAttribute('data-step'), 'two-islands');
    assert.equal(await page.locator('[data-step-count]').innerText(), 'Step 2 of 8');
    await page.reload();
    await page.waitForSelector('[data-step=two-islands]');
    await page.locator('[data-next]').click();
    await page.waitForSelector('[data-step=packets]');
    await page.goBack();
    await page.waitForSelector('[data-step=two-islands]');
    await page.goForward();
    await page.waitForSelector('[data-step=packets]');
    assert.deepEqual(problems(), []);
    await close();
  });

  test('a deep link to a step that continues has the run of the recorded solution', async () => {
    const { page, close } = await site.open('#/lesson/5/step/15');
    const { step, things } = await look(page);
    assert.equal(step, 'choose');
    assert.equal(things.filter((thing) => thing.includes('cut both ways')).length, 4);
    await close();
  });

  test('a lesson’s address is that of its first step', async () => {
    const { page, close } = await site.open('#/lesson/5');
    assert.equal(await page.locator('[data-step]').getAttribute('data-step'), 'one-cut');
    await close();
  });

  test('an address that leads nowhere says so, and shows ways on', async () => {
    const nowhere = ['#/nowhere', '#/lesson/99', '#/lesson/0', '#/lesson/5/step/99', '#/lesson/5/step/0', '#/lesson/five', '#/lab/none', '#/glossary/none', '#/%E0%A4%A', '#/<b>bold</b>', '#///x//'];
    for (const fragment of nowhere) {
      const { page, problems, close } = await site.open(fragment);
      await page.waitForSelector('[data-unknown]', { timeout: 5_000 }).catch(() => assert.fail(`${fragment} leads somewhere`));
      assert.equal(await page.locator('[data-unknown] b').count(), 0);
      await page.locator('[data-unknown] ul a').first().click();
      await page.waitForSelector('[data-lesson="1"]');
      assert.deepEqual(problems(), [], fragment);
      await close();
    }
  });
});

describe('what is kept', () => {
  const KEY = 'netsplit.progress';

  test('answers, goals and the place are there after a reload', async () => {
    const { page, problems, close } = await site.open('#/lesson/5/step/1', { context: { viewport: DESKTOP } });
    const learner = new Learner(page, new Mouse(page));
    await learner.solve('5/one-cut');
    await page.reload();
    await page.waitForSelector('[data-step]');
    const { goals, answers, explained } = await look(page);
    assert.deepEqual([goals, explained], [['routed-around: true'], true]);
    assert.ok(answers.includes(true));
    await page.goto(`${site.url}#/`);
    await page.locator('[data-continue]').click();
    await page.waitForSelector('[data-step=one-cut]');
    await page.locator('[data-help-button]').click();
    await page.locator('[data-forget]').click();
    await page.locator('[data-forget-yes]').click();
    assert.equal(await page.evaluate((key) => localStorage.getItem(key), KEY), null);
    assert.deepEqual(problems(), []);
    await close();
  });

  /** Breaks the storage before the page is there, solves a step, and returns the notices that were seen. */
  async function solveWith(breakStorage) {
    const { page, problems, close } = await site.open('#/lesson/5/step/1', {
      context: { viewport: DESKTOP },
      before: (context) => context.addInitScript(breakStorage),
    });
    const learner = new Learner(page, new Mouse(page));
    await learner.solve('5/one-cut');
    await page.locator('[data-theme-button]').click();
    const notices = await page.locator('[data-notice]').allInnerTexts();
    for (const notice of await page.locator('[data-notice] button').all()) await notice.click();
    await learner.next();
    await learner.solve('5/two-islands');
    assert.equal(await page.locator('[data-notice]').count(), 0, 'it is said once');
    await learner.back();
    assert.deepEqual((await look(page)).goals, ['routed-around: true'], 'for as long as the page is open, all is kept');
    assert.deepEqual(problems(), []);
    await close();
    return notices;
  }

  test('with storage refused all works, and the page says so once', async () => {
    const notices = await solveWith(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('no storage here', 'SecurityError');
        },
      });
    });
    assert.equal(notices.length, 1);
    assert.match(notices[0], /does not let the page keep anything/);
  });

  test('with no storage at all it is the same', async () => {
    const notices = await solveWith(() => {
      Object.defineProperty(window, 'localStorage', { get: () => null });
    });
    assert.equal(notices.length, 1);
  });

  test('with storage full all works, and the page says so once', async () => {
    const notices = await solveWith(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    });
    assert.equal(notices.length, 1);
    assert.match(notices[0], /storage is full/);
  });

  test('what cannot be read is put aside, and the page says where', async () => {
    const spoilt = ['{"version":', '[]', '{"version":9999}', 'null', ''];
    for (const text of spoilt) {
      const { page, problems, close } = await site.open('#/lesson/5/step/1', {
        before: (context) =>
          context.addInitScript(([key, kept]) => {
            if (!sessionStorage.getItem('spoilt')) localStorage.setItem(key, kept);
            sessionStorage.setItem('spoilt', 'yes');
          }, [KEY, text]),
      });
      const notices = await page.locator('[data-notice]').allInnerTexts();
      assert.equal(notices.length, 1, `${text}: ${notices}`);
      assert.ok(notices[0].includes(`${KEY}.unreadable-1`), notices[0]);
      assert.equal(await page.evaluate((key) => localStorage.getItem(`${key}.unreadable-1`), KEY), text);
      await page.locator('[data-question] label').first().click();
      await page.reload();
      await page.waitForSelector('[data-answered=true]');
      assert.equal(await page.locator('[data-notice]').count(), 0, 'from then on progress is kept as ever');
      assert.deepEqual(problems(), []);
      await close();
    }
  });

  test('settings that cannot be read are as they come', async () => {
    const { page, problems, close } = await site.open('#/', {
      before: (context) => context.addInitScript(() => localStorage.setItem('netsplit.settings', '{"theme":"purple"')),
    });
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
    assert.deepEqual(problems(), []);
    await close();
  });
});

describe('the event log', () => {
  test('follows what happens, unless one reads further up', async () => {
    const { page, close } = await site.open('#/lab/partition', { context: { viewport: { width: 1280, height: 800 } } });
    const rows = page.locator('.log-rows');
    const isLastInSight = () =>
      rows.evaluate((list) => {
        const last = list.querySelector('li:last-child').getBoundingClientRect();
        return last.bottom <= list.getBoundingClientRect().bottom + 1;
      });
    const step = async (times) => {
      const before = await rows.locator('li').count();
      for (let i = 0; i < times; i += 1) await page.getByTestId('step').click();
      await page.waitForFunction((count) => document.querySelectorAll('.log-rows li').length > count, before);
    };
    await page.getByTestId('log-topic').selectOption('everything');
    await step(30);
    assert.ok(await rows.evaluate((list) => list.scrollHeight > list.clientHeight), 'the rows do not fill the pane');
    assert.ok(await isLastInSight());
    await rows.hover();
    await page.mouse.wheel(0, -10_000);
    const first = rows.locator('li').first();
    await page.waitForFunction(() => {
      const list = document.querySelector('.log-rows');
      return list.querySelector('li').getBoundingClientRect().bottom > list.getBoundingClientRect().top;
    });
    const stood = (await first.boundingBox()).y;
    await step(10);
    assert.ok(!(await isLastInSight()));
    assert.ok(Math.abs((await first.boundingBox()).y - stood) < 2, 'the row that one reads has moved');
    await close();
  });
});
