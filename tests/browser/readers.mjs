// Real readers of the formats that runs are exported in. Each says what is wrong by throwing.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { csvParseRows } from 'd3-dsv';

const require = createRequire(import.meta.url);

/** The expression that ShiViz's own page begins with. */
const SHIVIZ = /(?<event>.*)\n(?<host>\S*) (?<clock>{.*})/gm;

/** Reads a log as ShiViz does, and holds its vector clocks to what they promise. Gives the events. */
export function readShiviz(log) {
  const events = [...log.matchAll(SHIVIZ)].map(({ groups }) => ({ ...groups, clock: JSON.parse(groups.clock) }));
  assert.ok(events.length > 0, 'no events');
  const own = {};
  for (const { host, clock, event } of events) {
    own[host] = (own[host] ?? 0) + 1;
    assert.equal(clock[host], own[host], `${host} counts its own events one by one: ${event}`);
    for (const [other, count] of Object.entries(clock)) {
      assert.ok(count <= (own[other] ?? 0), `${host} knows of no more than ${other} has done: ${event}`);
    }
  }
  return events;
}

/** Lays a graph out with Graphviz. Gives its picture. */
export async function readDot(dot) {
  const graphviz = await Graphviz.load();
  return graphviz.layout(dot, 'svg', 'neato');
}

/** Reads and draws a diagram with Mermaid, in a page of its own. Gives the words of the picture. */
export async function readMermaid(browser, diagram) {
  const page = await browser.newPage();
  try {
    await page.setContent('<!doctype html><title>Mermaid</title><body></body>');
    await page.addScriptTag({ path: require.resolve('mermaid/dist/mermaid.min.js') });
    return await page.evaluate(async (text) => {
      const { mermaid } = globalThis;
      mermaid.initialize({ startOnLoad: false });
      await mermaid.parse(text);
      const { svg } = await mermaid.render('diagram', text);
      const holder = document.createElement('div');
      holder.innerHTML = svg;
      return holder.textContent;
    }, diagram);
  } finally {
    await page.close();
  }
}

/** Reads every line as JSON. */
export function readJsonLines(lines) {
  return lines.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/** The rows of a table of comma-separated values. Gives them as they are; d3 is what charts of the web are made with. */
export function readCsv(text) {
  const rows = csvParseRows(text);
  if (rows.some((row) => row.length !== rows[0].length)) throw new Error('a row has another number of cells');
  return rows;
}

/** Has the browser read a picture as XML and draw it. Gives its texts and its size. */
export async function readSvg(browser, svg) {
  const page = await browser.newPage();
  try {
    return await page.evaluate(async (text) => {
      const read = new DOMParser().parseFromString(text, 'image/svg+xml');
      const wrong = read.querySelector('parsererror');
      if (wrong) throw new Error(wrong.textContent);
      const image = new Image();
      image.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
      await image.decode();
      const texts = [...read.querySelectorAll('text')].map((element) => element.textContent);
      return { texts, title: read.querySelector('title')?.textContent, width: image.width, height: image.height };
    }, svg);
  } finally {
    await page.close();
  }
}

/** Has the browser draw a PNG. Gives its size and how many colours it has, up to 50. */
export async function readPng(browser, bytes) {
  const page = await browser.newPage();
  try {
    return await page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const colours = new Set();
      let clear = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (colours.size < 50) colours.add(data.slice(at, at + 4).join());
        if (data[at + 3] < 255) clear += 1;
      }
      return { width: image.width, height: image.height, colours: colours.size, clear };
    }, bytes.toString('base64'));
  } finally {
    await page.close();
  }
}
