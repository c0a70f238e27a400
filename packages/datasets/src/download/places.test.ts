/** Where files are had from, and what is known of the places. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { base, breakOff, content, file, get, host, md5, remote, requests, serve } from './download.test.support.js';
import { remoteSets } from './registry.js';

test("another place is asked when the publisher's has not got it, or not the right bytes", async () => {
  const files = [{ ...remote('data.bin', content), mirrors: [`${base}/second/data.bin`, `${base}/third/data.bin`] }];
  host.answer = (request, response) => {
    if (request.url === '/data.bin') response.writeHead(202).end();
    else if (request.url === '/second/data.bin') serve(Buffer.alloc(content.length, 1))(request, response);
    else serve(content)(request, response);
  };
  await get({ files });
  expect(readFileSync(file())).toEqual(content);
  expect(requests.map(({ url }) => url)).toEqual(['/data.bin', '/second/data.bin', '/third/data.bin']);
  rmSync(file());
  host.answer = (_, response) => response.writeHead(404).end();
  await expect(get({ files })).rejects.toThrow(`${base}/third/data.bin answers HTTP 404`);
});

test('of a file whose size nobody knows, the checksum decides', async () => {
  const files = [{ ...remote('data.bin', content), bytes: null }];
  host.answer = (request, response) => (requests.length === 1 ? breakOff(60_000) : serve(content))(request, response);
  const totals = new Set<number>();
  await get({ files }, { onProgress: ({ total }) => totals.add(total) });
  expect(readFileSync(file())).toEqual(content);
  expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
  expect([...totals]).toEqual([0]);
  rmSync(file());
  host.answer = serve(Buffer.from('<html>sign in first</html>'));
  await expect(get({ files })).rejects.toThrow(`expected a file with MD5 ${md5(content)}`);
  // Without a length, too.
  host.answer = (_, response) => {
    response.writeHead(200);
    response.end(content);
  };
  await get({ files });
  expect(readFileSync(file())).toEqual(content);
});

test('what only a browser can get says so, and is checked once it is there', async () => {
  const byHand = 'its publisher gives it to browsers only';
  const files = [{ ...remote('data.bin', content), bytes: null, byHand }];
  await expect(get({ files })).rejects.toThrow(
    `${file()}: ${byHand}: open ${base}/data.bin, save data.bin (MD5 ${md5(content)}) as ${file()}, and run this again, ` +
      'which checks it; or use --from with a folder that has it',
  );
  writeFileSync(file(), 'another');
  await expect(get({ files })).rejects.toThrow(byHand);
  writeFileSync(file(), content);
  await get({ files });
  expect(requests).toHaveLength(0);
});

test('what is known of the publishers holds together', () => {
  for (const [name, { files, contents, matching }] of Object.entries(remoteSets)) {
    expect(new Set(files.map((one) => one.name)).size, name).toBe(files.length);
    for (const { url, mirrors = [], md5: sum, bytes, archive } of files) {
      for (const place of [url, ...mirrors]) expect(new URL(place).protocol).toMatch(/^https?:$/);
      expect(sum).toMatch(/^[0-9a-f]{32}$/);
      if (bytes !== null) expect(bytes).toBeGreaterThan(1000);
      if (archive) expect(contents.length > 0 || matching !== undefined).toBe(true);
    }
  }
  const gesture = remoteSets['dvs-gesture'].matching?.pattern;
  for (const good of ['user01_fluorescent_led.aedat', 'user02_lab_labels.csv', 'trials_to_test.txt']) {
    expect(gesture?.test(`DvsGesture/${good}`), good).toBe(true);
  }
  for (const bad of ['DvsGesture/../a.csv', 'DvsGesture/.a.csv', '../DvsGesture/a.csv', 'DvsGesture/a/b.csv']) {
    expect(gesture?.test(bad), bad).toBe(false);
  }
});
