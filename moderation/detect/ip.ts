import { type Rule, ruleDetector } from './rules.ts'

/** Theft of others' work, and the use of Parliament's badge for trade. Only staff can settle it: these are cues. */

const RULES: readonly Rule[] = [
  {
    when: [
      '(?:took|taken|removed|cropped|photoshopped|got rid of) (?:the |her |his |their )?watermarks? (?:off|out|from)?',
      'watermarks? (?:removed|off|gone|cropped)',
      "(?:right click|screenshot it|scanned it|ripped it|copied it)[^\\n]{0,60}?(?:don't pay|free|print|share|instead of paying|steal)",
      "don't pay (?:her|him|them|the (?:artist|photographer|author))",
      '(?:full|whole) (?:pdf|book|album|film|match|series|res zip)[^\\n]{0,40}?(?:free|download|here|link|https?)',
      'free (?:full res|pdf|download) [^\\n]{0,60}?(?:zip|book|album|film|pics|https?)',
      '(?:pirate|pirated|cracked|cam ?rip|torrent|illegal stream)[^\\n]{0,40}?(?:link|here|https?|download|free)',
      '(?:house of commons|parliament|westminster|mp) (?:approved|endorsed|official)[^\\n]{0,60}?(?:https?|gummies|buy|tin|merch|get your|shop|mugs?|t ?shirts?)',
      "(?:portcullis|commons logo|{mp}'?s? face) on (?:every|each|all|a|our)[^\\n]{0,40}?(?:tin|mug|shirt|bottle|packet|product)",
    ],
    unless: [
      "nobody asked|without my permission|my (?:photo|work|art|picture|copyright)|please don't|reported",
      'is mine',
    ],
    score: 0.62,
    gravity: 'plain',
    reason:
      "Somebody else's work or badge seems to be taken without leave; only its owner can say, by the platform's own form.",
    quotable: true,
  },
]

export const ip = ruleDetector('ip', '2', 'ip-violation', RULES)
