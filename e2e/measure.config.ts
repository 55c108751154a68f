/** Measurements: what takes how long in a real browser. They leave figures and fail for nothing but errors. */
import journeys from './playwright.config';

export default { ...journeys, testMatch: '*.measure.ts', workers: 1, reporter: 'list', globalTeardown: './support/figures.ts' };
