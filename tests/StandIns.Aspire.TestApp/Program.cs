// The web application that the stand-in's tests run: it tells its environment, and is healthy once somebody opens it.
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
var isHealthy = builder.Configuration["HEALTHY"] != "later";
app.MapGet("/health", () => isHealthy ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
app.MapPost("/open", () => isHealthy = true);
app.MapGet("/variables", () => Results.Json(Environment.GetEnvironmentVariables()));
app.MapGet("/arguments", () => Results.Json(args));
await app.RunAsync();
