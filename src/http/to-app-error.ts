import { AppError, type ErrorCode } from '../errors.ts';

/** Fastify's own refusals in our words. Any other of its 4xx is `invalid_request`. */
const FROM_FASTIFY: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large', 'The body is larger than this route takes.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'This route does not take a body of this Content-Type.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_json', 'The body is shorter or longer than its Content-Length.'],
  FST_ERR_BAD_URL: ['not_found', 'The path is not a valid URL.'],
};

/** Any error as one of ours; what nobody threw on purpose becomes `internal`, with a sentence that gives nothing away. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const {
    code = '',
    statusCode = 500,
    message = '',
  } = error as { code?: string; statusCode?: number; message?: string };
  const known = FROM_FASTIFY[code];
  if (known) return new AppError(...known, { cause: error });
  if (code.startsWith('FST_') && statusCode < 500) return new AppError('invalid_request', message, { cause: error });
  return new AppError('internal', 'A defect in WHOOSH; its log has the details under this request_id.', {
    cause: error,
  });
}
