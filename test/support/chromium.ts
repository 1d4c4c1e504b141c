import { type Browser, chromium } from 'playwright-core';

/** Arguments of the packed Chromium that would make a page less guarded, or the browser less stable, than a person's. */
const UNWANTED = /^--(?:single-process|disable-web-security|allow-running-insecure-content)/;

/** The browser that CHROME_PATH names, else the one that comes as a package. */
export async function launchChromium(): Promise<Browser> {
  const path = process.env.CHROME_PATH;
  if (path !== undefined) return chromium.launch({ executablePath: path, args: ['--no-sandbox'] });
  const { default: packed } = await import('@sparticuz/chromium');
  return chromium.launch({
    executablePath: await packed.executablePath(),
    args: packed.args.filter((argument) => !UNWANTED.test(argument)),
  });
}
