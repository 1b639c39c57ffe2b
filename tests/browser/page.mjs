// Opens the built page in Chromium as a person would, and keeps account of everything that it should not do.
//
//   const site = await openSite();                      // serves dist/ under /some/where/ and starts the browser
//   const { page, problems } = await site.open('#/');   // a fresh visitor, the page mounted
//   assert.deepEqual(problems(), []);                   // console messages, errors, failed and foreign requests
//   await site.close();
//
// It needs a built site (`cargo xtask dist`) and a Chromium on the search path.

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { access, constants, readFile, stat } from 'node:fs/promises';
import { delimiter, extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** The page's outermost element carries this attribute from the moment it is mounted. */
export const APP = '[data-app]';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome'];

// Without these, the browser makes requests of its own, and does not start as root or without a graphics card.
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const MEDIA_TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Serves the built site under a path and starts a browser for it. Close it when done, or the tests never end. */
export async function openSite({ path = '/some/where/', folder = DIST } = {}) {
  const server = await serve(folder, path);
  const browser = await launchBrowser();
  return {
    url: server.url,
    browser,
    open: (fragment = '', options = {}) => visit(browser, server.url, fragment, options),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Starts the Chromium of the search path. */
export async function launchBrowser() {
  return chromium.launch({ executablePath: await findBrowser(), args: FLAGS });
}

/**
 * Serves a folder on a free port of this machine, under the given path and nowhere else: an address of the page
 * that is not relative is answered with 404, as on a host where the page does not stand at the root.
 */
export async function serve(folder, path = '/') {
  const server = createServer((request, response) => answer(folder, path, request, response));
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${server.address().port}${path}`, close };
}

/**
 * A visitor of their own, with nothing stored, at the given fragment of the page, once the page is mounted.
 *
 * Options: `context` goes to Playwright's `newContext` (viewport, colour scheme, reduced motion…);
 * `before(context, page)` runs before the page is loaded; `mounted: false` does not wait for the page.
 */
export async function visit(browser, url, fragment = '', { context: settings = {}, before, mounted = true } = {}) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  const problems = watch(page, new URL(url).origin);
  if (before) await before(context, page);
  await page.goto(url + fragment);
  if (mounted) await mountedOrSayWhy(page, problems);
  return { context, page, problems, close: () => context.close() };
}

/** Writes down everything a well-behaved page does not do. Returns a function that lists it so far. */
export function watch(page, origin) {
  const problems = [];
  page.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.stack ?? error.message}`));
  page.on('crash', () => problems.push('the page crashed'));
  page.on('request', (request) => {
    const { protocol, origin: target } = new URL(request.url());
    if (target !== origin && !['data:', 'blob:'].includes(protocol)) problems.push(`request to ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // What a page has asked for and has not got when it is left or loaded again is given up by the browser itself.
    if (why !== 'net::ERR_ABORTED') problems.push(`failed: ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  return () => [...problems];
}

/** What the accessibility checker axe has to say against the page as it is now: one line for each element. */
export async function accessibilityViolations(page) {
  // Once for each document: it is large.
  if (!(await page.evaluate(() => 'axe' in globalThis))) {
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
  }
  // What changes has changed once two more frames were painted.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}

async function mountedOrSayWhy(page, problems) {
  try {
    await page.waitForSelector(APP, { state: 'attached', timeout: 20_000 });
    await page.waitForSelector('[data-part-coming], [data-sheet-coming]', { state: 'detached', timeout: 20_000 });
  } catch (error) {
    throw new Error(`the page did not mount: no ${APP}\n${problems().join('\n')}`, { cause: error });
  }
}

async function findBrowser() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const candidate of BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const found = await access(candidate, constants.X_OK).then(() => true, () => false);
    if (found) return candidate;
  }
  throw new Error(`no browser on the search path: looked for ${BROWSERS.join(', ')}`);
}

async function answer(folder, path, request, response) {
  const file = fileFor(folder, path, request.url);
  const content = file && (await contentOf(file));
  if (!content) {
    response.writeHead(404).end('not found');
    return;
  }
  // As static hosts do. Every visitor has a cache of their own, so that no test sees what another loaded.
  const type = MEDIA_TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'max-age=600' }).end(content);
}

function fileFor(folder, path, target) {
  const { pathname } = new URL(target, 'http://localhost');
  if (!pathname.startsWith(path)) return undefined;
  const name = decodeURIComponent(pathname.slice(path.length));
  const file = normalize(join(folder, name.endsWith('/') || name === '' ? `${name}index.html` : name));
  return file.startsWith(normalize(folder + sep)) ? file : undefined;
}

async function contentOf(file) {
  const isFile = await stat(file).then((entry) => entry.isFile(), () => false);
  return isFile ? readFile(file) : undefined;
}
