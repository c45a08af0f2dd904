// A queue of a case: a source of messages, or where reports of failures go.

import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';

import { Unsupported } from './refusal.mjs';

export class Queue {
  #taken = [];

  constructor(t, url, arn) {
    Object.assign(this, { t, url, arn });
  }

  async send(body, members = {}) {
    const { MessageId } = await this.t.sqs(
      new SendMessageCommand({
        QueueUrl: this.url,
        MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
        ...members,
      }),
    );
    return MessageId;
  }

  // Lets a service send here. An endpoint that has no such policies has nobody to keep out.
  async allow(service, sourceArn) {
    const allowed = this.t.sqs(
      new SetQueueAttributesCommand({
        QueueUrl: this.url,
        Attributes: {
          Policy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: service },
                Action: 'sqs:SendMessage',
                Resource: this.arn,
                Condition: { ArnEquals: { 'aws:SourceArn': sourceArn } },
              },
            ],
          }),
        },
      }),
    );
    await allowed.catch((error) => {
      if (!(error instanceof Unsupported)) throw error;
    });
  }

  // The messages that have come, once there are so many; taken out of the queue.
  async messages(count, { seconds = 15 } = {}) {
    return await this.t.eventually(
      async () => {
        const { Messages = [] } = await this.t.sqs(
          new ReceiveMessageCommand({
            QueueUrl: this.url,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 1,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        );
        for (const message of Messages) {
          this.#taken.push(message);
          await this.t.sqs(
            new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: message.ReceiptHandle }),
          );
        }
        return this.#taken.length >= count && [...this.#taken];
      },
      { seconds, what: `${count} messages in the queue` },
    );
  }

  // Their bodies, which are JSON.
  async reports(count, options) {
    return (await this.messages(count, options)).map(({ Body }) => JSON.parse(Body));
  }

  // How many there are, visible or not.
  async size() {
    const { Attributes } = await this.t.sqs(
      new GetQueueAttributesCommand({
        QueueUrl: this.url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible)
    );
  }
}
