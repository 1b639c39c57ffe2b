// A learner who works through the lessons: what each step wants done, and two pairs of hands that can do it, one with a
// mouse alone and one with a keyboard alone. What is done is what the steps' own words ask for.
//
//   const learner = new Learner(page, new Mouse(page));
//   await learner.solve('5/heal');     // answers, acts, and waits for goals and explanation
//   await learner.next();

import assert from 'node:assert/strict';

/** How long a goal may take to be reached. At the speed that is used the slowest needs some seconds. */
const PATIENCE_MS = 60_000;

/** The fastest speed, as a power of two. */
const FASTEST = '4';

/** What a learner does in each step of the open lessons, in their order. */
export const STEPS = {
  '1/one-computer': async (learner, hand) => {
    await hand.play();
    await hand.request('c1 put x=1');
    await learner.sees('a client that knows x = 1', () => /x = 1/.test(labelOf('c1')));
    await hand.request('c3 get x');
  },
  '1/no-answer': async (learner, hand) => {
    await hand.play();
    await learner.pausedOnMoment();
    await hand.click('s1-c1');
    await hand.play();
  },
  '1/server-crash': async (learner, hand) => {
    await hand.play();
    await hand.click('s1-c2');
    await learner.pausedOnMoment();
    await learner.stateIs('s1-c2', 'cut');
    await hand.click('s1-c2');
    await hand.click('s1');
    await hand.play();
  },
  '1/sharded': async (learner, hand) => {
    await hand.play();
    await hand.request('r1 remove s2');
    await learner.sees('s2 without keys', () => /\b0 keys/.test(labelOf('s2')));
    await hand.click('s1');
  },
  '1/dns': async (learner, hand) => {
    await hand.play();
    await hand.request('c1 ask www.example.com');
    await learner.sees('an answer', () => /192\.0\.2\.1/.test(labelOf('c1')));
    // Pauses: at this speed the answer would be too old by the time the hand is there.
    await hand.play();
    await hand.click('r1-root');
    await hand.request('c2 ask www.example.com');
    await hand.play();
    await learner.sees('an answer from the cache', () => /192\.0\.2\.1/.test(labelOf('c2')));
    await learner.sees('an empty cache', () => /\b0 in cache/.test(labelOf('r1')));
    await hand.request('c3 ask www.example.com');
  },
  '1/email': async (learner, hand) => {
    await hand.click('b1');
    await hand.click('b2');
    await hand.play();
    await hand.request('ann send bob@b.example hello');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.click('b2');
  },
  '1/telephone': async (learner, hand) => {
    await hand.play();
    await learner.sees('p2 in a call', () => /talks to p8/.test(labelOf('p2')));
    await hand.click('x1-x3');
    await learner.sees('the call dropped', () => /idle/.test(labelOf('p2')));
    await hand.request('p2 call p8');
  },
  '1/divide': async () => {},
  '1/restart': async (learner, hand) => {
    await hand.play();
    await learner.pausedOnMoment();
    await hand.click('s1');
    await learner.stateIs('s1', 'crashed');
    await hand.click('s1');
    await learner.stateIs('s1', 'running');
    await hand.play();
  },
  '1/retries': async (learner, hand) => {
    await hand.control('retries', '3');
    await hand.play();
  },
  '1/unnoticed': async (learner, hand) => {
    await hand.request('r1 replicas 2');
    await hand.play();
    await learner.sees('two copies of every key', () => {
      const held = (shard) => Number(/(\d+) key/.exec(labelOf(shard))?.[1]);
      return held('s1') + held('s2') + held('s3') + held('s4') === 48;
    });
    await hand.click('s1');
    await learner.stateIs('s1', 'crashed');
    await hand.request('r1 remove s3');
  },
  '1/stale-name': async (learner, hand) => {
    await hand.play();
    await learner.sees('a copy at ns2', () => /example\.com #1/.test(labelOf('ns2')));
    await hand.click('ns1-ns2');
    await hand.request('ns1 set www.example.com 192.0.2.9');
    await learner.sees('the change', () => /example\.com #2/.test(labelOf('ns1')));
    await hand.click('ns1');
  },
  '1/letter-twice': async (learner, hand) => {
    // The way there and back, and the disk, take 202 ms.
    await hand.control('timeout', '201ms');
    await hand.play();
    await hand.request('ann send bob@b.example hello');
  },
  '1/blocked': async (learner, hand) => {
    await hand.request('p1 call p4');
    await hand.request('p5 call p8');
    await hand.play();
    await learner.sees('two calls', () => /talks/.test(labelOf('p1')) && /talks/.test(labelOf('p5')));
    await hand.request('p3 call p6');
  },
  '2/one-device': async (learner, hand) => {
    await hand.choose('where', 'server');
    await hand.play();
  },
  '2/more-workers': async (learner, hand) => {
    await hand.play();
    // What the last utterance took stands beside the device.
    await learner.sees('an utterance with one worker', () => /2\.404s/.test(labelOf('d1')));
    for (const [workers, latency] of [['2', '1.324s'], ['4', '784ms'], ['8', '514ms']]) {
      await hand.control('workers', workers);
      await learner.sees(`an utterance with ${workers}`, `() => labelOf('d1').includes('${latency}')`);
    }
  },
  '2/mid-utterance': async (learner, hand) => {
    await hand.play();
    await learner.pausedOnMoment();
    await hand.click('w2');
    await hand.play();
  },
  '2/no-owner': async (learner, hand) => {
    await hand.play();
    await hand.request('m1 pay m5');
  },
  '2/two-chains': async (learner, hand) => {
    await hand.play();
    for (const link of ['m1-m3', 'm2-m4']) await hand.click(link);
    await learner.pausedOnMoment();
    for (const link of ['m1-m3', 'm2-m4']) await hand.click(link);
    await hand.play();
  },
  '2/confirmations': async (learner, hand) => {
    await hand.play();
    await learner.pausedOnMoment();
    await hand.play();
    await learner.sees('that the others have the longer chain', () => {
      const height = (miner) => Number(/(\d+) ·/.exec(labelOf(miner))?.[1]);
      return height('m3') > height('m1');
    });
    await hand.click('m1-m3');
  },
  '2/double-spend': async (learner, hand) => {
    await hand.request('m1 double spend m5');
    await hand.play();
  },
  // While the merchant stands still nobody on its side mines but the thief, who publishes what is longer by one block or more.
  '2/why': async () => {},
  '2/stragglers': async (learner, hand) => {
    await hand.control('workers', '8');
    await hand.control('hedge', '400ms');
    await hand.play();
  },
  '2/weak-thief': async (learner, hand) => {
    for (const link of ['m1-m3', 'm2-m4']) await hand.click(link);
    await hand.request('m1 double spend m2');
    await hand.play();
    await learner.pausedOnMoment();
    await hand.play();
    // m1 must have heard of the block that m2 waited for.
    await learner.sees('three blocks at m1', () => Number(/(\d+) ·/.exec(labelOf('m1'))?.[1]) >= 3);
    await hand.menu('m2', 'pause');
    await learner.sees('a longer chain at m1', () => {
      const height = (miner) => Number(/(\d+) ·/.exec(labelOf(miner))?.[1]);
      return height('m1') > height('m2');
    });
    await hand.menu('m2', 'pause');
  },
  '3/levels': async (learner, hand) => {
    await hand.choose('target', '99.99%');
    await hand.play();
    await hand.click('db1');
  },
  '3/budget': async (learner, hand) => {
    await hand.play();
    await hand.click('db1');
    await learner.pausedOnMoment();
    await hand.click('db1');
    await hand.play();
  },
  '3/observe': async (learner, hand) => {
    await hand.play();
  },
  '3/cause': async (learner, hand) => {
    await hand.way('pay → shop');
    await hand.strike('cut');
    await hand.request('shop buy alice 2500');
    await hand.play();
  },
  '3/key': async (learner, hand) => {
    await hand.choose('idempotency-key', 'on');
    await hand.choose('honour-keys', 'on');
    await hand.play();
  },
  // While no answer comes through there is all the time in the world to crash the service after a charge.
  '3/forget': async (learner, hand) => {
    await hand.way('pay → shop');
    await hand.strike('cut');
    await hand.request('shop buy alice 2500');
    await hand.play();
    await forget(learner, hand, '75.00');
  },
  '3/journal': async (learner, hand) => {
    await hand.choose('journal', 'on');
    await hand.play();
  },
  '3/prove': async () => {},
  '3/apart': async () => {},
  '3/nines': async (learner, hand) => {
    await hand.play();
    await hand.click('u1-b1');
  },
  '3/three-times': async (learner, hand) => {
    await hand.way('pay → shop');
    await hand.strike('cut');
    await hand.request('shop buy alice 2500');
    await hand.play();
    await forget(learner, hand, '75.00');
    await forget(learner, hand, '50.00');
  },
  '4/one-of-three': async (learner, hand) => {
    await hand.play();
    await hand.click('a2');
  },
  '4/only-one': async (learner, hand) => {
    await hand.play();
    await hand.click('db1');
  },
  '4/single-points': async (learner, hand) => {
    await hand.control('entries', '2');
    await hand.control('failover-after', '1s');
    await hand.click('b1');
    await hand.click('db1');
    await hand.play();
  },
  '4/flood': async (learner, hand) => {
    await hand.play();
    await hand.control('bot-asks-every', '20ms');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.control('rate-limit', '12');
  },
  '4/flood-is-over': async (learner, hand) => {
    await hand.play();
    await learner.sees('a long flood', () => Number(/(\d+)\/(\d+)/.exec(labelOf('bot1'))?.[2]) > 300);
    await hand.control('bot-asks-every', '0s');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.control('retries', '0');
  },
  '4/uptime': async (learner, hand) => {
    for (const [name, value] of [['app-replicas', '3'], ['database-replicas', '3'], ['crews', '2']]) await hand.control(name, value);
    await hand.play();
  },
  '4/shared-cause': async (learner, hand) => {
    await hand.play();
    await learner.sees('ten years', () => Number(/^(\d+)\sy/.exec(document.querySelector('[data-testid=clock]').innerText)?.[1]) > 10);
    await hand.control('sites', '2');
  },
  '4/what-matters': async () => {},
  '4/saved-and-lost': async (learner, hand) => {
    await hand.play();
    await hand.click('db1-db2');
    await learner.sees('a standby that leads', () => /leads/.test(labelOf('db2')));
    await hand.click('db1');
  },
  '4/like-a-bot': async (learner, hand) => {
    await hand.control('entries', '2');
    await hand.play();
  },
  '4/uptime-with-outages': async (learner, hand) => {
    for (const [name, value] of [['app-replicas', '3'], ['database-replicas', '3'], ['sites', '2']]) await hand.control(name, value);
    await hand.choose('parts', 'durable');
    await hand.play();
  },
  '5/one-cut': async (learner, hand) => {
    await hand.play();
    await hand.click('n2-n4');
  },
  '5/two-islands': async (learner, hand) => {
    await hand.play();
    await hand.click('n2-n4');
    await hand.click('n3-n7');
  },
  '5/packets': async (learner, hand) => {
    await hand.play();
    await hand.strike('loss');
    await hand.strike('reorder');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.strike('loss');
    await hand.strike('corrupt');
    await hand.choose('checksum', 'none');
  },
  '5/collapse': async (learner, hand) => {
    await hand.play();
    await learner.sees('some seconds of a light load', () => Number(/\b(\d{3,})\b/.exec(labelOf('s1'))?.[1]) > 160);
    await hand.control('offered-rate', '100');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.choose('congestion-control', 'aimd');
  },
  '5/reroute': async (learner, hand) => {
    await hand.play();
    await learner.sees('a router that knows h1', () => /h1 4/.test(labelOf('r6')));
    await hand.click('r1-r2');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.click('r1-r2');
    await learner.stateIs('r1-r2', 'up');
    await hand.click('h1-r1');
  },
  '5/fail-stop': async (learner, hand) => {
    await hand.play();
    await learner.sees('notes at s1 and s2', () => /[2-9] notes/.test(labelOf('s1')) && /[2-9] notes/.test(labelOf('s2')));
    await hand.click('p1');
    await learner.sees('two silent servers', () => /2 silent/.test(labelOf('c1')));
    await hand.click('p1');
    await learner.sees('all servers answering', () => /all answer/.test(labelOf('c1')));
    await hand.click('s1');
    await hand.menu('s3', 'pause');
  },
  '5/recovery': async (learner, hand) => {
    await hand.play();
    await learner.sees('twenty days', () => Number(/^(\d+)\sd/.exec(document.querySelector('[data-testid=clock]').innerText)?.[1]) > 20);
    await hand.control('saves-every', '2h');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.click('p1-p2');
  },
  '5/failures': async () => {},
  '5/both-answer': async (learner, hand) => {
    await hand.play();
    await hand.request('n1 write x=4');
    await hand.request('n6 write x=7');
    await learner.pausedOnMoment();
    await hand.request('n2 read x');
    await hand.request('n5 read x');
    await hand.play();
  },
  '5/heal': async (learner, hand) => {
    await hand.play();
    await learner.pausedOnMoment();
    await hand.click('n2-n4');
    await hand.play();
  },
  '5/majority': async (learner, hand) => {
    await hand.request('n1 write x=4');
    await hand.request('n6 write x=7');
    await hand.play();
    await learner.pausedOnMoment();
    await hand.play();
  },
  '5/suspicion': async (learner, hand) => {
    await hand.play();
    await learner.pausedOnMoment();
    await hand.menu('n5', 'crash');
    await hand.play();
  },
  '5/one-way': async (learner, hand) => {
    await hand.way('n3 → n7');
    await hand.strike('cut');
    await learner.stateIs('n3-n7', 'oneway');
    await hand.play();
  },
  '5/no-majority': async (learner, hand) => {
    for (const link of ['n2-n4', 'n3-n7', 'n5-n7', 'n6-n7']) await hand.click(link);
    for (const request of ['n1 write x=4', 'n4 write x=5', 'n7 write x=7']) await hand.request(request);
    await hand.play();
  },
  '5/choose': async () => {},
  '5/swapped': async (learner, hand) => {
    await hand.play();
    await hand.strike('swap-words');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.choose('checksum', 'crc32');
  },
  '5/fair-share': async (learner, hand) => {
    await hand.play();
    await hand.choose('queueing', 'fair-queueing');
  },
  '5/poisoned': async (learner, hand) => {
    await hand.play();
    await hand.click('r2-r7');
    await hand.click('r5-r7');
  },
  '5/no-counting': async (learner, hand) => {
    await hand.choose('routing', 'link-state');
    await hand.play();
    await learner.sees('an answer for h1', () => /\b[1-9]\d*\/\d+/.test(labelOf('h1')));
    await hand.click('h1-r1');
  },
  '5/tunnel': async (learner, hand) => {
    await hand.request('alice say tell nobody: noon, north gate');
    await hand.play();
    await learner.sees('words that Eve could read', () => /noon/.test(labelOf('eve')));
    await hand.choose('tunnel', 'forward');
    await hand.request('alice say tell nobody: noon, north gate');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.choose('tampering', 'alter');
    await hand.request('alice say tell nobody: noon, north gate');
  },
  '5/first-use': async (learner, hand) => {
    await hand.play();
    await hand.request('alice say tell nobody: noon, north gate');
    await hand.choose('host-key-check', 'first-use');
    await hand.request('alice say tell nobody: noon, north gate');
  },
  '5/stream-in-stream': async (learner, hand) => {
    await hand.request('alice send 100');
    await hand.play();
    await learner.sees('100 pieces', () => /\b100\b/.test(labelOf('bob')));
    await hand.choose('tunnel', 'tun');
    await hand.request('alice send 100');
  },
  '5/disk-full': async (learner, hand) => {
    await hand.play();
    await learner.pausedOnMoment();
    await hand.request('s1 compact');
    await hand.play();
    await learner.stateIs('s1', 'crashed');
    await hand.control('leak', '0');
    await hand.click('s1');
  },
  '5/for-good': async (learner, hand) => {
    await hand.play();
    await learner.sees('notes at s1', () => /[4-9] notes/.test(labelOf('s1')));
    await hand.menu('s1', 'destroy');
    await learner.stateIs('s1', 'crashed');
    await hand.click('s1');
    await learner.sees('notes at s1 again', () => /[4-9] notes/.test(labelOf('s1')));
    await hand.menu('s1', 'destroy');
    await hand.menu('s3', 'destroy');
  },
  '5/best-interval': async (learner, hand) => {
    await hand.play();
    await learner.sees('eight days', () => Number(/^(\d+)\sd/.exec(document.querySelector('[data-testid=clock]').innerText)?.[1]) > 8);
    await hand.control('saves-every', '160min');
  },
  '6/allies': async (learner, hand) => {
    await hand.play();
    await hand.turnByzantine('a1', 'collude');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.turnByzantine('a2', 'collude');
    await hand.turnByzantine('a3', 'collude');
  },
  '6/sybil': async (learner, hand) => {
    await hand.play();
    await hand.request('a1 forge 20');
    await learner.sees('the first goal reached', () => document.querySelector('[data-reached=true]') !== null);
    await hand.choose('membership', 'signed');
  },
  '6/traitor': async (learner, hand) => {
    await hand.turnByzantine('g2', 'equivocate');
    await hand.request('g2 tell g3 retreat');
    await hand.play();
  },
  '6/four': async (learner, hand) => {
    await hand.turnByzantine('g2', 'equivocate');
    await hand.request('g2 tell g3 retreat');
    await hand.play();
  },
  '6/signed': async (learner, hand) => {
    await hand.turnByzantine('g2', 'equivocate');
    await hand.request('g2 tell g3 retreat');
    await hand.play();
  },
  '6/pbft': async (learner, hand) => {
    await hand.play();
    await learner.sees('an answer', () => /x=\d/.test(labelOf('c1')));
    await hand.click('r3');
  },
  '6/view': async (learner, hand) => {
    await hand.play();
    await hand.turnByzantine('r1', 'equivocate');
  },
  '6/beyond': async (learner, hand) => {
    await hand.turnByzantine('r1', 'equivocate');
    await hand.turnByzantine('r2', 'equivocate');
    await hand.play();
    await learner.pausedOnMoment();
  },
  '6/whom-to-believe': async () => {},
  '6/how-many': async (learner, hand) => {
    await hand.control('replication', '5');
    await hand.play();
  },
  '6/seven': async (learner, hand) => {
    for (const traitor of ['g1', 'g2']) await hand.turnByzantine(traitor, 'equivocate');
    for (const request of ['g1 tell all attack', 'g1 tell g6 retreat', 'g1 tell g7 retreat']) await hand.request(request);
    for (const request of ['g2 tell all attack', 'g2 tell g4 retreat']) await hand.request(request);
    await hand.play();
    await learner.sees('a lieutenant that retreats', () => /retreat/.test(labelOf('g4')));
    await hand.control('ready-for', '2');
  },
  '6/f-two': async (learner, hand) => {
    await hand.turnByzantine('r1', 'equivocate');
    await hand.play();
    await learner.pausedOnMoment();
  },
};

/** Waits until Alice has so much left, then crashes the payment service and restarts it. */
async function forget(learner, hand, left) {
  await learner.sees(`Alice with ${left}`, `() => labelOf('bank').includes('alice ${left}')`);
  await hand.click('pay');
  await learner.stateIs('pay', 'crashed');
  await hand.click('pay');
  await learner.stateIs('pay', 'running');
}

/** The open lessons. */
export const LESSONS = [...new Set(Object.keys(STEPS).map((step) => Number(step.split('/')[0])))];

/** The steps that go on with the run of the step before. */
export const CONTINUING = ['2/why', '3/apart', '4/what-matters', '5/failures', '5/choose', '6/whom-to-believe'];

/** The steps of a lesson, in their order. */
export const stepsOf = (lesson) => Object.keys(STEPS).filter((step) => step.startsWith(`${lesson}/`));

/** The element of a node or link on the stage. */
export const selectorOf = (thing) => (thing.includes('-') ? `[data-link="${thing}"]` : `[data-node="${thing}"]`);

/** What the step at hand looks like: clock, states of all nodes and links, answers and goals. */
export function look(page) {
  return page.evaluate(() => {
    const all = (selector, read) => [...document.querySelectorAll(selector)].map(read);
    return {
      step: document.querySelector('[data-step]')?.dataset.step,
      clock: document.querySelector('[data-testid=clock]').innerText,
      things: all('[data-thing]', (it) => `${it.dataset.node ?? it.dataset.link}: ${it.getAttribute('aria-label')}`),
      goals: all('[data-goal]', (it) => `${it.dataset.goal}: ${it.dataset.reached}`),
      answers: all('[data-question] input', (it) => it.checked),
      explained: document.querySelector('[data-explain]') !== null,
    };
  });
}

// Runs in the page: what the stage's control for a node says.
const inPage = `const labelOf = (node) => document.querySelector('[data-node="' + node + '"]').getAttribute('aria-label');`;

/** Works through steps with a pair of hands. */
export class Learner {
  constructor(page, hand) {
    this.page = page;
    this.hand = hand;
  }

  /** Does all that the step at hand asks for, and sees that the page agrees. */
  async solve(step) {
    const [, slug] = step.split('/');
    await this.page.waitForSelector(`[data-step="${slug}"]`);
    assert.equal(await this.page.locator('[data-reached="true"]').count(), 0, `${step}: a goal is reached at once`);
    assert.equal(await this.page.locator('[data-explain]').count(), 0, `${step}: explained at once`);
    await this.answerAll();
    await STEPS[step](this, this.hand);
    await this.reached(step);
  }

  /** Answers every question rightly; each answer must then be explained, the wrong ones too. */
  async answerAll() {
    const questions = this.page.locator('[data-question]');
    for (let number = 0; number < (await questions.count()); number += 1) {
      const question = questions.nth(number);
      const right = await question.locator('.answer').evaluateAll((all) => all.findIndex((one) => one.matches('.right')));
      assert.equal(await question.locator('[data-why]').count(), 0, 'an answer is explained before one is chosen');
      await this.hand.answer(number, right);
      await this.page.waitForSelector(`[data-question="${number}"][data-answered=true]`);
      assert.equal(await question.locator('[data-why]').count(), await question.locator('input').count());
    }
  }

  async reached(step) {
    try {
      await this.page.waitForFunction(
        () => !document.querySelector('[data-reached=false]') && document.querySelector('[data-explain]'),
        undefined,
        { timeout: PATIENCE_MS },
      );
    } catch (error) {
      throw new Error(`${step}: not solved: ${JSON.stringify(await look(this.page))}`, { cause: error });
    }
    await this.page.locator('[data-explain]').waitFor({ state: 'visible' });
    const playing = await this.page.locator('[data-testid=play]').getAttribute('aria-label');
    if (playing === 'Pause') await this.hand.play();
  }

  /** Waits until the run has paused by itself, on the moment that the step speaks of. */
  async pausedOnMoment() {
    await this.page.waitForSelector('.paused-on', { timeout: PATIENCE_MS });
  }

  async stateIs(thing, state) {
    await this.page.waitForSelector(`${selectorOf(thing)}[data-state="${state}"]`);
  }

  /** Waits until something is so in the page. */
  async sees(what, test) {
    const expression = `(() => { ${inPage} return (${test})(); })()`;
    await this.page.waitForFunction(expression, undefined, { timeout: PATIENCE_MS }).catch((error) => {
      throw new Error(`never seen: ${what}`, { cause: error });
    });
  }

  async next() {
    await this.turn('next');
  }

  async back() {
    await this.turn('back');
  }

  async turn(way) {
    const before = this.page.url();
    await this.hand.turn(way);
    await this.page.waitForURL((url) => url.href !== before);
    // The title's focus says that the new step is there.
    await this.page.waitForFunction(() => document.activeElement?.matches('[data-heading]'));
  }
}

/** A mouse, and for what must be typed the keys. */
export class Mouse {
  constructor(page) {
    this.page = page;
  }

  async answer(question, index) {
    await this.page.locator(`[data-question="${question}"] label`).nth(index).click();
  }

  async play() {
    await this.page.getByTestId('play').click();
  }

  async fastest() {
    await this.page.getByTestId('speed').selectOption(FASTEST);
  }

  async request(request) {
    await this.page.locator(`.requests [data-request="${request}"]`).click();
  }

  /** Clicks a node or link on the stage where the eye sees it. */
  async click(thing) {
    await this.page.locator(selectorOf(thing)).click();
  }

  /** Chooses an entry of the menu that a right click opens. */
  async menu(thing, fault) {
    await this.page.locator(selectorOf(thing)).click({ button: 'right' });
    await this.page.locator(`[role=menu] [data-fault="${fault}"]`).click();
    await this.page.locator('[role=menu]').waitFor({ state: 'detached' });
  }

  /** Makes a node Byzantine by the menu that a right click opens, which asks for the strategy. */
  async turnByzantine(node, strategy) {
    await this.page.locator(selectorOf(node)).click({ button: 'right' });
    await this.page.locator('[role=menu] [data-fault="byzantine"]').click();
    await this.page.locator('.stage-amount select').selectOption(strategy);
    await this.page.locator('.stage-amount-apply').click();
    await this.page.locator('.stage-amount').waitFor({ state: 'detached' });
  }

  /** Chooses a direction of the link that is selected. */
  async way(name) {
    await this.page.getByTestId('inspector').locator('label.segment', { hasText: name }).click();
  }

  /** Presses a fault's button in the inspector. */
  async strike(fault) {
    await this.page.getByTestId('inspector').locator(`[data-fault="${fault}"]`).click();
  }

  async control(name, value) {
    const field = this.page.locator(`[data-control="${name}"] input`);
    await field.click({ clickCount: 3 });
    await this.page.keyboard.type(value);
    await this.page.keyboard.press('Enter');
  }

  /** Sets a control that is a choice of words: one of few stand side by side, one of many is a list. */
  async choose(name, word) {
    const list = this.page.locator(`[data-control="${name}"] select`);
    if ((await list.count()) > 0) return void (await list.selectOption(word));
    await this.page.locator(`[data-control="${name}"] label.segment`).filter({ has: this.page.locator(`[value="${word}"]`) }).click();
  }


  async turn(way) {
    await this.page.locator(`[data-${way}]`).click();
  }
}

/** A keyboard alone: nothing here knows where anything is on the screen. */
export class Keyboard {
  constructor(page) {
    this.page = page;
    this.press = (key) => page.keyboard.press(key);
    // Where each arrow key was found to lead on the stage: "n3 ArrowRight" to "n3-n7".
    this.map = new Map();
  }

  /** Tabs on until what has the focus matches. */
  async tabTo(selector) {
    const found = () => this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    for (let tabs = 0; tabs < 150; tabs += 1) {
      if (await found()) return;
      await this.press('Tab');
    }
    throw new Error(`the tab key never comes to ${selector}`);
  }

  async answer(question, index) {
    // Arrow keys move among the answers; the space bar chooses one.
    await this.tabTo(`[data-question="${question}"] input`);
    const here = () =>
      this.page.evaluate(() => [...document.activeElement.closest('fieldset').querySelectorAll('input')].indexOf(document.activeElement));
    for (let steps = 0; (await here()) !== index; steps += 1) {
      assert.ok(steps < 10, 'arrow keys do not come to every answer');
      await this.press('ArrowDown');
    }
    assert.equal(await this.page.locator(`[data-question="${question}"]`).getAttribute('data-answered'), 'false');
    await this.press('Space');
  }

  async play() {
    await this.tabTo('[data-testid=play]');
    await this.press('Enter');
  }

  async fastest() {
    await this.tabTo('[data-testid=speed]');
    await this.press('End');
    assert.equal(await this.page.getByTestId('speed').inputValue(), FASTEST);
  }

  async request(request) {
    await this.tabTo(`.requests [data-request="${request}"]`);
    await this.press('Enter');
  }

  async click(thing) {
    await this.walkTo(thing);
    await this.press('Enter');
  }

  async menu(thing, fault) {
    await this.walkTo(thing);
    await this.press('Shift+F10');
    await this.page.waitForFunction(() => document.activeElement?.matches('[role=menuitem]'));
    const found = () => this.page.evaluate(() => document.activeElement.dataset.fault);
    for (let steps = 0; (await found()) !== fault; steps += 1) {
      assert.ok(steps < 40, `the menu has no entry ${fault}`);
      await this.press('ArrowDown');
    }
    await this.press('Enter');
    await this.page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selectorOf(thing));
  }

  async turnByzantine(node, strategy) {
    await this.walkTo(node);
    await this.press('Shift+F10');
    await this.page.waitForFunction(() => document.activeElement?.matches('[role=menuitem]'));
    const found = () => this.page.evaluate(() => document.activeElement.dataset.fault);
    for (let steps = 0; (await found()) !== 'byzantine'; steps += 1) {
      assert.ok(steps < 40, 'the menu has no entry byzantine');
      await this.press('ArrowDown');
    }
    await this.press('Enter');
    await this.page.waitForFunction(() => document.activeElement?.matches('.stage-amount select'));
    await this.goDownTo(strategy);
    // Past the way back.
    await this.press('Tab');
    await this.press('Tab');
    await this.press('Enter');
    await this.page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selectorOf(node));
  }

  async way(name) {
    await this.tabTo('[data-testid=inspector] .segments input');
    const found = () => this.page.evaluate(() => document.activeElement.closest('label').innerText.trim());
    for (let steps = 0; (await found()) !== name; steps += 1) {
      assert.ok(steps < 5, `there is no direction ${name}`);
      await this.press('ArrowRight');
    }
  }

  async strike(fault) {
    await this.tabTo(`[data-testid=inspector] [data-fault="${fault}"]`);
    await this.press('Enter');
  }

  async control(name, value) {
    await this.tabTo(`[data-control="${name}"] input`);
    await this.press('Control+A');
    await this.page.keyboard.type(value);
    await this.press('Enter');
  }

  async choose(name, word) {
    await this.tabTo(`[data-control="${name}"] :is(input, select)`);
    const found = () => this.page.evaluate(() => document.activeElement.value);
    if (await this.page.evaluate(() => document.activeElement.matches('select'))) return this.goDownTo(word);
    for (let steps = 0; (await found()) !== word; steps += 1) {
      assert.ok(steps < 5, `the control ${name} has no ${word}`);
      await this.press('ArrowRight');
    }
  }

  /** Goes down the list that has the focus, from its top to a word. */
  async goDownTo(word) {
    await this.press('Home');
    for (let steps = 0; (await this.page.evaluate(() => document.activeElement.value)) !== word; steps += 1) {
      assert.ok(steps < 10, `the list has no ${word}`);
      await this.press('ArrowDown');
    }
  }

  async turn(way) {
    await this.tabTo(`[data-${way}]`);
    await this.press('Enter');
  }

  /**
   * Tabs to the stage and walks it by arrows to a node or link, as one does who does not see it: tries keys, remembers
   * where they led, and goes on from the nearest place where a key is untried.
   */
  async walkTo(target) {
    await this.tabTo('[data-thing]');
    for (let steps = 0; steps < 200; steps += 1) {
      const here = await this.page.evaluate(() => document.activeElement.dataset.node ?? document.activeElement.dataset.link);
      if (here === target) return;
      const arrow = this.wayTo(here, target);
      assert.ok(arrow, `arrow keys lead nowhere from ${here}`);
      await this.press(arrow);
      const there = await this.page.evaluate(() => document.activeElement.dataset.node ?? document.activeElement.dataset.link);
      this.map.set(`${here} ${arrow}`, there);
    }
    throw new Error(`arrow keys do not come to ${target}`);
  }

  /** The first arrow of the shortest known way to the target or else to a key that is untried. */
  wayTo(from, target) {
    const todo = [[from, undefined]];
    const seen = new Set([from]);
    let untried;
    for (const [here, first] of todo) {
      if (here === target) return first;
      for (const arrow of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
        const there = this.map.get(`${here} ${arrow}`);
        if (there === undefined) untried ??= first ?? arrow;
        else if (!seen.has(there)) {
          seen.add(there);
          todo.push([there, first ?? arrow]);
        }
      }
    }
    return untried;
  }
}
