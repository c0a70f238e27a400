/** Threads need shared memory, which only pages have that are served with these, their scripts included. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** All that the page needs. (Vite's development server puts inline styles into pages, and cannot have it.) */
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";

export default {
  // The page runs in whatever folder of a host it is put.
  base: './',
  build: { outDir: 'dist/vite' },
  server: { headers: isolation },
  preview: { headers: { ...isolation, 'Content-Security-Policy': policy } },
};
