using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration.Redis;

/// <summary>Signs in and asks until the server answers.</summary>
internal sealed class RedisProbe(TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly byte[] s_answer = "+OK\r\n+PONG\r\n"u8.ToArray();

    public async Task WaitUntilHealthyAsync(RedisResource redis, CancellationToken cancellationToken)
    {
        while (!await AnswersAsync(redis, cancellationToken))
            await Task.Delay(s_interval, time, cancellationToken);
    }

    private static async Task<bool> AnswersAsync(RedisResource redis, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(redis.PrimaryEndpoint.Host, redis.PrimaryEndpoint.Port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"*2\r\n$4\r\nAUTH\r\n${redis.Password.Length}\r\n{redis.Password}\r\n*1\r\n$4\r\nPING\r\n"), limit.Token);
            var answer = new byte[s_answer.Length];
            await stream.ReadExactlyAsync(answer, limit.Token);
            return answer.AsSpan().SequenceEqual(s_answer);
        }
        catch (Exception error) when (error is SocketException or IOException
            || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
