/**
 * Where a file lies as a file. In a packaged application, this code is inside of app.asar; what trains is beside it, in
 * app.asar.unpacked: threads and native code want real files.
 */
export function unpacked(path: string): string {
  return path.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked');
}
