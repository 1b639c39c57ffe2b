// Every step of the open lessons can be solved with a mouse, as the step's own words say.

import { LESSONS, Mouse } from './learner.mjs';
import { takeLesson } from './lessons.mjs';

for (const lesson of LESSONS) takeLesson(lesson, 'mouse', (page) => new Mouse(page));
