// `npm start`: the set-up, then the server in this same process. The script in package.json says `exec`, so that no shell
// stands between npm and this process and a signal to npm arrives here; where the shell knows no `exec` (Windows),
// `node server/start.mjs` does the same.
import { setUpOrExit } from '../setup.mjs';

await setUpOrExit();
await import('./dist/src/main.js');
