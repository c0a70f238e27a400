// How the application is packaged: npm run package.
export default {
  appId: 'org.example.kestirme',
  productName: 'Kestirme example',
  directories: { output: 'out' },
  files: [
    'dist/**/*.{js,mjs,cjs}',
    'package.json',
    // Of packages, what runs.
    '!**/*.{md,ts,cts,mts,map}',
    '!node_modules/*/{docs,examples,test,tests}/**',
  ],
  asar: true,
  // What trains is files beside the archive: Node starts threads (kestirme/dist/**/*Worker.js) from files, reads the WebAssembly
  // and the built-in data in those threads, and the system's loader opens native code (*.node) by itself. node_modules
  // has nothing else.
  asarUnpack: ['dist/training/**', 'node_modules/**'],
  // No module is compiled here: the native code is of Node-API and needs no other build for Electron.
  npmRebuild: false,
  electronFuses: {
    // The pages are of app:. On, this takes the isolation of all pages away in the first versions of Electron 41.
    grantFileProtocolExtraPrivileges: false,
    // The application starts no other program as Node. Utility processes do not need it.
    runAsNode: false,
    // Whoever signs the application needs no such thing; unsigned, it would not start on Apple's arm64 with changed fuses.
    resetAdHocDarwinSignature: true,
  },
  linux: { target: 'dir' },
  mac: { target: 'dir', identity: null },
  win: { target: 'dir' },
};
