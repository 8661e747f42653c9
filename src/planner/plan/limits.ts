/** How much of a plan is read and shown. Beyond these nothing is pushed, which costs rows and never answers. */

/** A longer answer of json_serialize_plan is not read: 80,000 constants of an IN, some 0.2 s. */
export const MOST_PLAN_CHARACTERS = 16 << 20;

/** AND within OR within NOT … are read so deep; what is below is opaque. Terms of one AND or OR are one level, however they nest. */
export const MOST_DEPTH = 30;

/** Terms of an AND or OR that EXPLAIN shows. */
export const MOST_SHOWN_TERMS = 20;

/** Characters of a filter that EXPLAIN shows. */
export const MOST_SHOWN_CHARACTERS = 4000;
