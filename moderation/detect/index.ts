import type { Detector } from '../model.ts'
import { abuse } from './abuse.ts'
import { allegation } from './allegation.ts'
import { atRisk } from './at-risk.ts'
import { casework } from './casework.ts'
import { deception } from './deception.ts'
import { discrimination } from './discrimination.ts'
import { fakeProfile } from './fake-profile.ts'
import { harassment } from './harassment.ts'
import { imagery } from './imagery.ts'
import { ip } from './ip.ts'
import { privateDetails } from './private-details.ts'
import { secondOpinion } from './second-opinion.ts'
import { spam } from './spam.ts'
import { thirdParty } from './third-party.ts'
import { threats } from './threat.ts'
import { unlawful } from './unlawful.ts'
import { unread } from './unread.ts'
import { welsh } from './welsh.ts'

/** Told by rules what to look for, in the order their findings are shown: people in danger first. */
export const RULES: readonly Detector[] = [
  atRisk,
  threats,
  privateDetails,
  harassment,
  discrimination,
  abuse,
  thirdParty,
  welsh,
  imagery,
  unlawful,
  deception,
  fakeProfile,
  allegation,
  spam,
  ip,
  unread,
  casework,
]

/** All detectors. The text model has learnt instead, and is heard last. */
export const DETECTORS: readonly Detector[] = [...RULES, secondOpinion]
