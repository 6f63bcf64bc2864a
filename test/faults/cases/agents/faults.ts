import type { Fault } from '../../fault.ts';
import { evilAgents } from './evil-agents.ts';
import { failingAgents } from './failing-agents.ts';
import { garbage } from './garbage.ts';
import { hugeAnswers } from './huge-answers.ts';
import { unreachableAgents } from './unreachable-agents.ts';

/** What model servers can do to WHOOSH. */
export const AGENT_FAULTS: Fault[] = [evilAgents, garbage, hugeAnswers, unreachableAgents, failingAgents];
