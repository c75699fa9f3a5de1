import { benchCompile } from './compile.ts';
import { benchNoise } from './noise.ts';
import { benchRerun } from './rerun.ts';

benchCompile();
await benchRerun();
await benchNoise();
