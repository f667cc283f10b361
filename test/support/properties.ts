// One seed for all property tests, so that a run can be repeated; IMSTATS_TEST_SEED=random looks further.
import fc from 'fast-check';

const wanted = process.env['IMSTATS_TEST_SEED'];
if (wanted !== 'random') fc.configureGlobal({ seed: wanted === undefined ? 20_261_123 : Number(wanted) });
