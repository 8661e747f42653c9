/** Lives with the words of SQL, where the engine finds it, too. */
export { nearestNames } from '../../sql/index.ts';
