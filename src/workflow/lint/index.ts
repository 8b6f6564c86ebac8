import { callCycle } from './rules/call-cycle.ts'
import { contextInIterator } from './rules/context-in-iterator.ts'
import { literalOperator } from './rules/literal-operator.ts'
import { lostProgress } from './rules/lost-progress.ts'
import { missingParseJson } from './rules/missing-parse-json.ts'
import { neverTrue } from './rules/never-true.ts'
import { nullWritesNothing } from './rules/null-writes-nothing.ts'
import { payloadInLogic } from './rules/payload-in-logic.ts'
import { readBeforeWrite } from './rules/read-before-write.ts'
import { replacesData } from './rules/replaces-data.ts'
import { targetFromData } from './rules/target-from-data.ts'
import { textNotVariable } from './rules/text-not-variable.ts'
import { truthyCondition } from './rules/truthy-condition.ts'
import { unknownChannel } from './rules/unknown-channel.ts'
import { unknownConnector } from './rules/unknown-connector.ts'
import { unknownOperator } from './rules/unknown-operator.ts'
import { unknownRoot } from './rules/unknown-root.ts'
import { unreachableStep } from './rules/unreachable-step.ts'
import { workflowContinueOnError } from './rules/workflow-continue-on-error.ts'
import type { WorkflowRule } from './subject.ts'

/** Every rule about what the engine does without a word. */
export const workflowRules: readonly WorkflowRule[] = [
  unknownOperator,
  neverTrue,
  truthyCondition,
  readBeforeWrite,
  missingParseJson,
  payloadInLogic,
  unknownRoot,
  contextInIterator,
  textNotVariable,
  literalOperator,
  replacesData,
  targetFromData,
  nullWritesNothing,
  lostProgress,
  unreachableStep,
  unknownConnector,
  unknownChannel,
  callCycle,
  workflowContinueOnError,
]
